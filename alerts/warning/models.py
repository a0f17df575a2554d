"""Public warnings, the messages that carried them, and people's words about them."""

from django.contrib.gis.db import models
from django.db.models import Q

from core.severity import Severity


class PublicWarning(models.Model):
    """One message's content from draft to end; an update or an end is a further row.

    `geom` is the area (EPSG:4326), `divisions` the codes it was chosen by (empty: drawn), `scope`
    the division that holds all of it. `source` says what it came of, such as incident:17.
    """

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", "草稿 Draft"
        AWAITING = "awaiting", "待审批 Awaiting approval"
        ISSUED = "issued", "已发布 Issued"
        UPDATED = "updated", "已更新 Superseded"
        ENDED = "ended", "已解除 Ended"
        EXPIRED = "expired", "已过期 Expired"
        WITHDRAWN = "withdrawn", "已撤回 Withdrawn"

    class Origin(models.TextChoices):
        """Who wrote it."""

        COMPOSED = "composed", "本平台 Composed here"
        RECEIVED = "received", "接收 Received"

    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.COMPOSED)
    msg_type = models.CharField(max_length=10, default="Alert")
    status = models.CharField(max_length=10, default="Actual")
    source = models.CharField(max_length=60, blank=True)
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="followers", help_text="what it replaces"
    )
    event = models.CharField(max_length=30)
    event_code = models.CharField(max_length=10, blank=True)
    event_zh = models.CharField(max_length=80)
    event_en = models.CharField(max_length=80)
    category = models.CharField(max_length=10)
    colour = models.PositiveSmallIntegerField(choices=[(s.value, s.zh) for s in Severity])
    urgency = models.CharField(max_length=10)
    severity = models.CharField(max_length=10)
    certainty = models.CharField(max_length=10)
    responses = models.JSONField(default=list)
    headline_zh = models.CharField(max_length=160)
    headline_en = models.CharField(max_length=160)
    description_zh = models.TextField(blank=True)
    description_en = models.TextField(blank=True)
    instruction_zh = models.TextField(blank=True)
    instruction_en = models.TextField(blank=True)
    area_zh = models.CharField(max_length=400)
    area_en = models.CharField(max_length=400)
    geom = models.MultiPolygonField(srid=4326, null=True)
    divisions = models.JSONField(default=list)
    scope = models.CharField(max_length=15, blank=True)
    inside = models.JSONField(default=dict)
    onset = models.DateTimeField(null=True)
    expires = models.DateTimeField()
    sender = models.CharField(max_length=80, blank=True)
    sender_zh = models.CharField(max_length=120, blank=True)
    sender_en = models.CharField(max_length=160, blank=True)
    identifier = models.CharField(max_length=160, blank=True)
    composed_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    edited_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    approved_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    issued_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    refusals = models.PositiveIntegerField(default=0)
    undelivered = models.PositiveIntegerField(default=0, help_text="deliveries given up")
    key = models.UUIDField(null=True, unique=True, help_text="the sender's own: repeats are one")
    simulated = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    closed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["follows"],
                condition=Q(state__in=["draft", "awaiting"]),
                name="one_pending_successor",
            )
        ]
        indexes = [
            models.Index(fields=["-id"], condition=Q(closed=False), name="warnings_not_closed"),
            models.Index(fields=["expires"], condition=Q(state="issued"), name="warnings_expiring"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.headline_zh}"


class CapMessage(models.Model):
    """A message's bytes as they went out or came in; never written anew."""

    warning = models.ForeignKey(PublicWarning, models.CASCADE, null=True, related_name="messages")
    sender = models.CharField(max_length=80)
    identifier = models.CharField(max_length=160)
    sent = models.DateTimeField()
    status = models.CharField(max_length=10)
    msg_type = models.CharField(max_length=10)
    public = models.BooleanField(help_text="served to anybody: ours, Actual and Public")
    incoming = models.BooleanField(default=False)
    references = models.JSONField(default=list, help_text="[sender, identifier] each")
    translated = models.JSONField(default=list)
    raw = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    stored_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["identifier", "sender"], name="one_message"),
        ]

    def __str__(self) -> str:
        return f"{self.sender},{self.identifier}"


class WarningNote(models.Model):
    """A person's words on a warning, such as why it was refused: sealed in the log, erasable."""

    warning = models.ForeignKey(PublicWarning, models.CASCADE, related_name="notes")
    author = models.ForeignKey("people.User", models.PROTECT)
    words = models.TextField()
    salt = models.CharField(max_length=32)
    made_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"note {self.pk} on warning {self.warning_id}"
