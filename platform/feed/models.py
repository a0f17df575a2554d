"""The ordered log's tables; their SQL (partitions, numbering, chain) stands in `feed.sql`."""

from django.contrib.gis.db import models


class Event(models.Model):
    """Something a person must not miss: insert-only, partitioned by month of `known_at`."""

    id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(help_text="when it was so")
    known_at = models.DateTimeField(help_text="when we knew")
    topic = models.TextField()
    kind = models.TextField()
    entity = models.TextField()
    entity_id = models.TextField()
    actor = models.TextField()
    scope = models.TextField()
    geom = models.GeometryField(srid=4326, null=True)
    body = models.JSONField()
    cause = models.BigIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "feed_event"

    def __str__(self) -> str:
        return f"{self.topic}.{self.kind} {self.entity_id}"


class Entry(models.Model):
    """An event's place in the log: commit order without gaps, chained by hash."""

    seq = models.BigIntegerField(primary_key=True)
    event_id = models.BigIntegerField(unique=True)
    known_at = models.DateTimeField()
    numbered_at = models.DateTimeField()
    prev = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        managed = False
        db_table = "feed_entry"

    def __str__(self) -> str:
        return str(self.seq)


class Keyframe(models.Model):
    """The folded state after entry `seq`, so that a replay need not start at the beginning."""

    seq = models.BigIntegerField(primary_key=True)
    numbered_at = models.DateTimeField(db_index=True)
    state = models.JSONField()

    def __str__(self) -> str:
        return f"keyframe {self.seq}"


class Checkpoint(models.Model):
    """What stays when a month of events is dropped: the chain's links, signed."""

    partition = models.TextField(unique=True)
    first_seq = models.BigIntegerField()
    last_seq = models.BigIntegerField()
    events = models.BigIntegerField()
    prev = models.BinaryField()
    hash = models.BinaryField()
    signature = models.TextField()
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.partition} {self.first_seq}…{self.last_seq}"


class Reader(models.Model):
    """How far a named reader of the feed (wiring, deliveries) has come."""

    name = models.TextField(primary_key=True)
    seq = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} at {self.seq}"


class Missed(models.Model):
    """An event that a reader could not take and passed by, and why: for whoever looks after it."""

    reader = models.TextField()
    seq = models.BigIntegerField()
    reason = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reader", "seq"], name="feed_missed_once")]

    def __str__(self) -> str:
        return f"{self.reader} missed {self.seq}"
