"""SensorThings 1.1 entities (OGC 18-088); observations and positions are partitioned by month."""

from django.contrib.gis.db import models

from core.datums import Datum


class Thing(models.Model):
    """A station, vehicle or phone that reports."""

    code = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    description = models.TextField(blank=True)
    kind = models.CharField(max_length=32, db_index=True)
    properties = models.JSONField(default=dict, blank=True)
    geom = models.PointField(srid=4326, null=True, help_text="where it stands; EPSG:4326")
    scope = models.CharField(max_length=15, blank=True, db_index=True)
    datum = models.CharField(
        max_length=8, choices=[(d.value, d.name) for d in Datum], default=Datum.WGS84
    )
    department = models.ForeignKey("people.Department", models.PROTECT, null=True, blank=True)
    simulated = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Address(models.Model):
    """The name by which a thing speaks in a device protocol: an MN, a phone number."""

    protocol = models.CharField(max_length=20)
    name = models.CharField(max_length=64)
    thing = models.ForeignKey(Thing, models.CASCADE, related_name="addresses")
    password = models.CharField(
        max_length=64, blank=True, help_text="keyed digest of the device's password; empty: any"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["protocol", "name"], name="sensors_address_once")
        ]

    def __str__(self) -> str:
        return f"{self.protocol} {self.name}"


class Location(models.Model):
    """A place in the sense of SensorThings: a name and a geometry."""

    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    encoding_type = models.CharField(max_length=60, default="application/geo+json")
    location = models.JSONField()
    properties = models.JSONField(default=dict, blank=True)
    things = models.ManyToManyField(Thing, related_name="locations")
    simulated = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class HistoricalLocation(models.Model):
    """Where a thing was from a moment on; made by each change of its location."""

    thing = models.ForeignKey(Thing, models.CASCADE, related_name="historical_locations")
    time = models.DateTimeField()
    locations = models.ManyToManyField(Location, related_name="historical_locations")

    def __str__(self) -> str:
        return f"{self.thing_id} {self.time}"


class Sensor(models.Model):
    """The instrument or procedure that makes the readings."""

    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    encoding_type = models.CharField(max_length=60, default="application/pdf")
    metadata = models.TextField(blank=True)
    properties = models.JSONField(default=dict, blank=True)
    simulated = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class ObservedProperty(models.Model):
    """What is measured; `code` is the short name that rules and colours go by."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    definition = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    properties = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return self.code


class Datastream(models.Model):
    """One thing's readings of one property by one sensor, in one unit."""

    thing = models.ForeignKey(Thing, models.CASCADE, related_name="datastreams")
    sensor = models.ForeignKey(Sensor, models.PROTECT, related_name="datastreams")
    observed_property = models.ForeignKey(
        ObservedProperty, models.PROTECT, related_name="datastreams"
    )
    name = models.CharField(max_length=160)
    description = models.TextField(blank=True)
    observation_type = models.CharField(
        max_length=120,
        default="http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement",
    )
    unit_name = models.CharField(max_length=60, blank=True)
    unit_symbol = models.CharField(max_length=20, blank=True)
    unit_definition = models.CharField(max_length=200, blank=True)
    interval_s = models.PositiveIntegerField(
        default=0, help_text="expected seconds between readings; 0: irregular"
    )
    properties = models.JSONField(default=dict, blank=True)

    class Meta:
        indexes = [models.Index(fields=["thing", "observed_property"])]

    def __str__(self) -> str:
        return self.name


class FeatureOfInterest(models.Model):
    """What an observation is about; made from the thing's location when none is given."""

    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    encoding_type = models.CharField(max_length=60, default="application/geo+json")
    feature = models.JSONField()
    properties = models.JSONField(default=dict, blank=True)
    thing = models.ForeignKey(Thing, models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return self.name


class Latest(models.Model):
    """A datastream's newest reading, kept by the writer; its row is the datastream's lock."""

    datastream_id = models.BigIntegerField(primary_key=True)
    time = models.DateTimeField()
    value = models.FloatField(null=True)
    other = models.JSONField(null=True)
    received_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "sensors_latest"

    def __str__(self) -> str:
        return f"{self.datastream_id} {self.value}"


class Whereabouts(models.Model):
    """A thing's newest position, kept by the writer; its row is the thing's lock."""

    thing_id = models.BigIntegerField(primary_key=True)
    time = models.DateTimeField()
    geom = models.PointField(srid=4326)
    speed = models.FloatField(null=True, help_text="km/h")
    course = models.FloatField(null=True, help_text="degrees clockwise from north")
    accuracy = models.FloatField(null=True, help_text="metres")
    received_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "sensors_whereabouts"

    def __str__(self) -> str:
        return f"{self.thing_id} {self.time}"


class Revision(models.Model):
    """A reading that a device replaced by another value for the same moment: nothing is lost."""

    datastream_id = models.BigIntegerField()
    time = models.DateTimeField()
    value = models.FloatField(null=True)
    other = models.JSONField(null=True)
    told = models.JSONField(null=True)
    received_at = models.DateTimeField()
    replaced_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["datastream_id", "time"])]

    def __str__(self) -> str:
        return f"{self.datastream_id} {self.time}"


class Refusal(models.Model):
    """A message that was not taken: from whom, why, and its first bytes, to mend the device by."""

    received_at = models.DateTimeField(db_index=True)
    door = models.CharField(max_length=20)
    sender = models.CharField(max_length=80)
    thing_id = models.BigIntegerField(null=True)
    code = models.CharField(max_length=40)
    reason = models.TextField()
    sample = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.door} {self.code}"


class Dialog(models.Model):
    """How a device's talk stands: what came last and what was answered; counts of the city's day.

    `said` and `answer` are the protocol's own words for the messages (of HJ 212 the CN).
    """

    protocol = models.CharField(max_length=20)
    name = models.CharField(max_length=64)
    thing_id = models.BigIntegerField(db_index=True)
    heard_at = models.DateTimeField()
    said = models.CharField(max_length=20, blank=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=20, blank=True)
    day = models.DateField()
    heard = models.IntegerField(default=0)
    answered = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    checks = models.IntegerField(default=0, help_text="messages of the day with a wrong check sum")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["protocol", "name"], name="sensors_dialog_once")
        ]

    def __str__(self) -> str:
        return f"{self.protocol} {self.name} {self.said}"


class Registry(models.Model):
    """One row whose number is another after every change of things or datastreams: for caches."""

    number = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)
