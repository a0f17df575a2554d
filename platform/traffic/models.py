"""Closures of streets: a feed-backed table. Words lie beside it, sealed by their digest."""

from django.contrib.gis.db import models


class Closure(models.Model):
    """A stretch or area that may not be driven, or only slowly; EPSG:4326."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "待确认 Proposed"
        OPEN = "open", "生效 In force"
        ENDED = "ended", "已结束 Ended"

    class Severity(models.TextChoices):
        CLOSED = "closed", "封闭 Closed"
        SLOW = "slow", "缓行 Slow"

    class Reason(models.TextChoices):
        FLOOD = "flood", "积水 Flood"
        ACCIDENT = "accident", "事故 Accident"
        WORKS = "works", "施工 Works"
        FIRE = "fire", "火灾 Fire"
        COLLAPSE = "collapse", "塌陷 Collapse"
        EVENT = "event", "活动 Event"
        CONTROL = "control", "管制 Traffic control"
        OTHER = "other", "其他 Other"

    class Outcome(models.TextChoices):
        REOPENED = "reopened", "恢复通行 Reopened"
        DECLINED = "declined", "不予采纳 Declined"
        CLEARED = "cleared", "险情解除 Cause cleared"
        EXPIRED = "expired", "到期 Expired"

    key = models.UUIDField(null=True, unique=True, help_text="the sender's, so that it counts once")
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    severity = models.CharField(max_length=6, choices=Severity.choices)
    factor = models.FloatField(null=True, help_text="times as long; of a slow one only")
    reason = models.CharField(max_length=9, choices=Reason.choices)
    source = models.CharField(
        max_length=40, blank=True, help_text="such as alert:17; a person's: empty"
    )
    geom = models.GeometryField(srid=4326)
    streets = models.JSONField(default=list, help_text="[{zh, en}] of what it closes when drawn")
    metres = models.FloatField(default=0.0, help_text="of street that it closes")
    scope = models.CharField(max_length=15, blank=True)
    place_zh = models.CharField(max_length=120, blank=True)
    place_en = models.CharField(max_length=160, blank=True)
    simulated = models.BooleanField(default=False)
    from_at = models.DateTimeField(help_text="from when on it counts")
    until_at = models.DateTimeField(null=True, help_text="when it ends by itself")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(
                fields=["until_at"],
                name="traffic_closures_live",
                condition=~models.Q(state="ended"),
            ),
            models.Index(fields=["source"], name="traffic_closures_source"),
        ]

    def __str__(self) -> str:
        return f"closure {self.pk}"


class Note(models.Model):
    """What somebody wrote about a closure; the log holds its digest only."""

    closure = models.ForeignKey(Closure, models.CASCADE, related_name="notes")
    words = models.TextField()
    salt = models.CharField(max_length=32)
    author = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"note {self.pk}"
