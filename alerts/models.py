"""Rules in their versions, fences, alerts with their steps, and the state that rules keep."""

from django.contrib.gis.db import models
from django.db.models import Q

from alerts.delivery.models import Delivery, Recipient
from alerts.warning.models import CapMessage, PublicWarning, WarningNote
from core.severity import Severity

__all__ = [
    "Alert",
    "CapMessage",
    "Delivery",
    "Fence",
    "Note",
    "PublicWarning",
    "Recipient",
    "RuleFault",
    "RuleVersion",
    "Standing",
    "Tick",
    "WarningNote",
]


class RuleVersion(models.Model):
    """One version of a rule; the newest of a key is in force if it is enabled.

    Files on the shelf and supervisors' edits both end here, so an alert names one version.
    """

    key = models.SlugField(max_length=60)
    version = models.PositiveIntegerField()
    definition = models.JSONField()
    enabled = models.BooleanField(default=True)
    newest = models.BooleanField(default=True)
    origin = models.CharField(max_length=8, choices=[("shelf", "shelf"), ("people", "people")])
    author = models.ForeignKey("people.User", models.PROTECT, null=True, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="rule_version_once"),
            models.UniqueConstraint(
                fields=["key"], condition=Q(newest=True), name="one_newest_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} v{self.version}"


class Fence(models.Model):
    """An area that vehicles and phones enter and leave."""

    code = models.SlugField(max_length=60, unique=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    geom = models.MultiPolygonField(srid=4326)
    scope = models.CharField(max_length=15, blank=True)
    active = models.BooleanField(default=True)
    simulated = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name_zh


class Alert(models.Model):
    """Something passed a rule's limit and a person must know.

    One alert is open per rule and subject; it is closed when it is resolved and its cause cleared.
    """

    class State(models.TextChoices):
        """What people have done about it."""

        OPEN = "open", "待确认 Open"
        ACKNOWLEDGED = "acknowledged", "已确认 Acknowledged"
        RESOLVED = "resolved", "已处置 Resolved"

    class Outcome(models.TextChoices):
        """How it ended."""

        HANDLED = "handled", "已处理 Handled"
        FALSE_ALARM = "false_alarm", "误报 False alarm"
        DUPLICATE = "duplicate", "重复 Duplicate"
        TEST = "test", "测试 Test"

    rule = models.CharField(max_length=60)
    rule_version = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    title_zh = models.CharField(max_length=160)
    title_en = models.CharField(max_length=160)
    severity = models.PositiveSmallIntegerField(choices=[(s.value, s.zh) for s in Severity])
    peak = models.PositiveSmallIntegerField(choices=[(s.value, s.zh) for s in Severity])
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    thing = models.ForeignKey("sensors.Thing", models.CASCADE, related_name="alerts")
    datastream_id = models.BigIntegerField(null=True)
    fence_id = models.BigIntegerField(null=True)
    subject = models.CharField(max_length=60)
    property = models.CharField(max_length=40, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    value = models.FloatField(null=True)
    limit = models.FloatField(null=True)
    values = models.JSONField(default=dict)
    standard_zh = models.CharField(max_length=200, blank=True)
    standard_en = models.CharField(max_length=200, blank=True)
    geom = models.PointField(srid=4326, null=True)
    scope = models.CharField(max_length=15, blank=True)
    place_zh = models.CharField(max_length=120, blank=True)
    place_en = models.CharField(max_length=160, blank=True)
    simulated = models.BooleanField(default=False)
    opened_at = models.DateTimeField(help_text="when it was so, by the reading's own time")
    known_at = models.DateTimeField(help_text="when we knew")
    changed_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    assigned_to = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    comments = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    closed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "subject"], condition=Q(closed=False), name="one_alert_a_subject"
            )
        ]
        indexes = [
            models.Index(fields=["-id"], condition=Q(closed=False), name="alerts_not_closed"),
            models.Index(fields=["thing", "-id"]),
            models.Index(fields=["-opened_at", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.title_zh}"


class Note(models.Model):
    """A person's words on an alert: beside the log, so that they can be erased; sealed in it."""

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="notes")
    author = models.ForeignKey("people.User", models.PROTECT)
    words = models.TextField()
    salt = models.CharField(max_length=32)
    made_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"note {self.pk} on {self.alert_id}"


class Standing(models.Model):
    """How a subject stands with a rule: what hold times and hysteresis need to remember.

    `subject` is `d:ID` for a datastream, `t:ID` for a thing; `rule` is the key, with `/ID` of the
    fence behind it where there is one. No row means: nothing is near. `due_at` is when the clock
    alone would decide something.
    """

    rule = models.CharField(max_length=90)
    subject = models.CharField(max_length=60)
    memory = models.JSONField(default=dict)
    alert_id = models.BigIntegerField(null=True)
    due_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "rule"], name="one_standing"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="standing_due")
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.subject}"


class Tick(models.Model):
    """A moment at which the clock decided something, recorded so that a back-test repeats it."""

    at = models.DateTimeField()
    rule = models.CharField(max_length=90)
    subject = models.CharField(max_length=60)

    def __str__(self) -> str:
        return f"{self.at} {self.rule} {self.subject}"


class RuleFault(models.Model):
    """A rule that threw: it was skipped, this says why, and the others went on."""

    rule = models.CharField(max_length=60)
    rule_version = models.PositiveIntegerField()
    subject = models.CharField(max_length=60, blank=True)
    error = models.TextField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule", "rule_version", "error"], name="one_fault")
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.error}"
