"""Who is told of warnings and alerts, by which channel, and each telling."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from core.severity import Severity


class Recipient(models.Model):
    """An address of a channel, and what goes to it.

    An internal one also gets exercises and tests; a public one never does. `salt` and the house's
    own secret make the key that a webhook's messages are signed with: the key itself is stored
    nowhere and is shown once.
    """

    name = models.CharField(max_length=80)
    channel = models.CharField(max_length=20)
    address = models.CharField(max_length=500)
    topics = ArrayField(models.CharField(max_length=10), help_text="warning, alert")
    least = models.PositiveSmallIntegerField(
        choices=[(s.value, s.zh) for s in Severity], default=Severity.BLUE
    )
    scope = models.CharField(max_length=15, blank=True, help_text="division; empty: the whole city")
    internal = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    salt = models.CharField(max_length=32)
    version = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.name} ({self.channel})"


class Delivery(models.Model):
    """One telling of one recipient; its id stays the same however often it is tried."""

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", "待发送 Waiting"
        SENDING = "sending", "发送中 Sending"
        DELIVERED = "delivered", "已送达 Delivered"
        FAILED = "failed", "失败 Failed"
        OVERTAKEN = "overtaken", "已被取代 Overtaken"

    uid = models.UUIDField(unique=True, default=uuid.uuid4, help_text="what receivers see")
    recipient = models.ForeignKey(Recipient, models.PROTECT, related_name="deliveries")
    subject = models.CharField(max_length=60, help_text="what it tells of, such as warning:3")
    kind = models.CharField(max_length=20)
    content = models.JSONField(help_text="title, text and data as they were then")
    message = models.ForeignKey("alerts.CapMessage", models.CASCADE, null=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try = models.DateTimeField()
    good_until = models.DateTimeField(null=True, help_text="of no use to anybody afterwards")
    error_zh = models.CharField(max_length=300, blank=True)
    error_en = models.CharField(max_length=300, blank=True)
    answer = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_try"],
                condition=Q(state__in=["waiting", "sending"]),
                name="deliveries_due",
            ),
            models.Index(fields=["subject"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "message"], name="one_delivery_a_recipient"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.uid} {self.kind} {self.subject}"
