"""Cases as they stand, each step they took, and beside them what is personal."""

from django.contrib.gis.db import models
from django.db.models import Q

from urban.move import ENDED, STANDINGS, State

_KINDS = [("part", "部件 Part"), ("matter", "事项 Matter")]
_STATES = [(each.value, f"{name.zh} {name.en}") for each, name in STANDINGS.items()]
OPEN = ~Q(state__in=sorted(ENDED))


class Source(models.TextChoices):
    """Where a case comes from (问题来源)."""

    INSPECTOR = "inspector", "监督员上报 Inspector"
    HOTLINE = "hotline", "热线 Hotline"
    PUBLIC = "public", "公众 Public"
    OPEN311 = "open311", "Open311 接口 Open311"
    VIDEO = "video", "视频 Video"
    DRONE = "drone", "无人机 Drone"
    SENSOR = "sensor", "传感器 Sensor"
    LEADER = "leader", "领导批示 Instruction"
    DESK = "desk", "值班登记 Desk"


# what such people say is looked at on site before a case is filed
UNSEEN = frozenset({Source.PUBLIC, Source.HOTLINE, Source.OPEN311})


class Case(models.Model):
    """One problem at one place, from its report to its end; feed-backed, written by actions."""

    number = models.CharField(max_length=24, unique=True)
    kind = models.CharField(max_length=6, choices=_KINDS)
    code = models.CharField(max_length=5)
    edition = models.CharField(max_length=80)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    condition = models.CharField(max_length=40)
    part_code = models.CharField(max_length=17, blank=True)
    state = models.CharField(max_length=16, choices=_STATES, default=State.REPORTED)
    source = models.CharField(max_length=10, choices=Source)
    verified = models.BooleanField(null=True)
    department = models.ForeignKey("people.Department", models.PROTECT, null=True)
    department_zh = models.CharField(max_length=80, blank=True)
    department_en = models.CharField(max_length=80, blank=True)
    geom = models.PointField(srid=4326)
    accuracy = models.FloatField(null=True, help_text="metres, as the reporter's device said")
    scope = models.CharField(max_length=15, blank=True)
    cell = models.CharField(max_length=15, blank=True)
    place_zh = models.CharField(max_length=120, blank=True)
    place_en = models.CharField(max_length=160, blank=True)
    reported_at = models.DateTimeField(help_text="when it was seen, by the reporter's own time")
    received_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    # the clock of the present stage; without due_at it does not run
    clock_from = models.DateTimeField(null=True)
    yellow_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    # the limit of handling: what is left of it while on hold, and its present end
    limit_unit = models.CharField(max_length=20, blank=True)
    limit_s = models.FloatField(null=True, help_text="seconds of the unit's time, with extensions")
    handle_due_at = models.DateTimeField(null=True)
    left_s = models.FloatField(null=True, help_text="seconds of the limit left while on hold")
    asked_until = models.DateTimeField(null=True)
    registered_at = models.DateTimeField(null=True)
    dispatched_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_in_time = models.BooleanField(null=True)
    closed_at = models.DateTimeField(null=True)
    close_by = models.DateTimeField(null=True)
    reworks = models.PositiveSmallIntegerField(default=0)
    extensions = models.PositiveSmallIntegerField(default=0)
    redirected = models.PositiveSmallIntegerField(default=0)
    photo_count = models.PositiveSmallIntegerField(default=0)
    alike = models.PositiveSmallIntegerField(default=0)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")
    cause = models.CharField(max_length=80, blank=True, help_text="such as alert:17")
    simulated = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "案件 Cases"
        constraints = [
            models.UniqueConstraint(
                fields=["cause"], condition=~Q(cause=""), name="one_case_a_cause"
            )
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="case_by_state"),
            models.Index(fields=["department", "state"], name="case_by_department"),
            models.Index(fields=["-reported_at"], name="case_by_time"),
            models.Index(fields=["due_at"], condition=OPEN, name="case_due"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name_zh}"


class Report(models.Model):
    """What somebody said of a case: personal, beside the log, erasable; sealed in the log."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="report")
    key = models.UUIDField(null=True, unique=True)
    reporter = models.ForeignKey("people.User", models.SET_NULL, null=True, related_name="+")
    words = models.TextField(blank=True)
    address = models.CharField(max_length=255, blank=True)
    name = models.CharField(max_length=80, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.CharField(max_length=120, blank=True)
    answers = models.JSONField(default=dict, help_text="Open311 attributes by code")
    follow = models.CharField(max_length=64, null=True, unique=True, help_text="token's SHA-256")
    salt = models.CharField(max_length=32)
    made_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"report of {self.case_id}"


class Step(models.Model):
    """One step that a case took: inserted once, never changed (a trigger refuses it)."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="steps")
    key = models.UUIDField(null=True, unique=True)
    step = models.CharField(max_length=16)
    outcome = models.CharField(max_length=12, blank=True)
    origin = models.CharField(max_length=16, blank=True)
    state = models.CharField(max_length=16)
    stage = models.PositiveSmallIntegerField(help_text="which of the seven steps, 1 to 7")
    at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, help_text="when the clock of this stage ran out")
    late = models.BooleanField(null=True)
    user = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    actor = models.CharField(max_length=80)
    department = models.CharField(max_length=40, blank=True)
    version = models.PositiveIntegerField()

    class Meta:
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=["case", "version"], name="one_step_each")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.step}"


class Words(models.Model):
    """What somebody wrote at a step: beside the log, sealed in it."""

    step = models.OneToOneField(Step, models.CASCADE, related_name="words")
    words = models.TextField()
    salt = models.CharField(max_length=32)
    erased_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"words at {self.step_id}"


class Photo(models.Model):
    """A picture of a case; the file lies under MEDIA_ROOT by its digest."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="photos")
    step = models.ForeignKey(Step, models.CASCADE, related_name="photos")
    digest = models.CharField(max_length=64, db_index=True)
    salt = models.CharField(max_length=32)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    taken_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"photo {self.pk} of {self.case_id}"


class ApiKey(models.Model):
    """A key that another system files Open311 requests with; kept as its SHA-256."""

    label = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.label
