"""Incidents, units, orders with their stamps, timed tasks, plans begun, hazards, reports."""

from typing import ClassVar

from django.contrib.gis.db import models
from django.db.models import Q

from core.severity import Severity
from people.models import User

_GRADES = [(grade.value, grade.zh) for grade in Severity]


class Status(models.TextChoices):
    """What a unit is doing, in the six classes that every screen draws alike."""

    AVAILABLE = "available", "待命 Available"
    DISPATCHED = "dispatched", "已派 Dispatched"
    EN_ROUTE = "en_route", "途中 En route"
    ON_SCENE = "on_scene", "现场 On scene"
    COMMITTED = "committed", "占用 Committed"
    OUT_OF_SERVICE = "out_of_service", "停用 Out of service"


class Incident(models.Model):
    """Something that people are sent to. Grade, response level and warning colour are three things.

    Narrative, caller and notes lie beside it, because they are personal; the log has digests.
    """

    class State(models.TextChoices):
        """Waiting for units, being worked on, over."""

        OPEN = "open", "待派 Open"
        ACTIVE = "active", "处置中 Active"
        CLOSED = "closed", "已结束 Closed"

    class Source(models.TextChoices):
        """How it came to be known."""

        CALL = "call", "电话 Call"
        ALERT = "alert", "告警 Alert"
        CASE = "case", "案件 Case"
        FIELD = "field", "现场 Field"

    class Outcome(models.TextChoices):
        """How it ended."""

        HANDLED = "handled", "已处置 Handled"
        FALSE_ALARM = "false_alarm", "误报 False alarm"
        DUPLICATE = "duplicate", "重复 Duplicate"
        HANDED_OVER = "handed_over", "移交 Handed over"
        TEST = "test", "演练测试 Test"

    nature = models.CharField(max_length=40)
    severity = models.PositiveSmallIntegerField(choices=_GRADES)
    response_level = models.PositiveSmallIntegerField(choices=_GRADES, null=True)
    warning_colour = models.PositiveSmallIntegerField(choices=_GRADES, null=True)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    source = models.CharField(max_length=8, choices=Source, default=Source.CALL)
    point = models.PointField(srid=4326, null=True)
    address = models.CharField(max_length=200, blank=True)
    scope = models.CharField(max_length=15, blank=True)
    place_zh = models.CharField(max_length=120, blank=True)
    place_en = models.CharField(max_length=160, blank=True)
    deaths = models.PositiveIntegerField(null=True)
    serious_injuries = models.PositiveIntegerField(null=True)
    missing = models.PositiveIntegerField(null=True)
    loss_10k_yuan = models.FloatField(null=True)
    taken_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    reported_at = models.DateTimeField(help_text="when the call came, by the caller's side")
    known_at = models.DateTimeField(help_text="when it was entered")
    taken_at = models.DateTimeField(null=True)
    dispatched_at = models.DateTimeField(null=True)
    en_route_at = models.DateTimeField(null=True)
    on_scene_at = models.DateTimeField(null=True)
    under_control_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    notes = models.PositiveIntegerField(default=0)
    similar = models.JSONField(default=list, help_text="ids of incidents near in place and time")
    key = models.UUIDField(null=True, unique=True, help_text="the sender's own, against repeats")
    version = models.PositiveIntegerField(default=1)
    decided = models.PositiveIntegerField(
        default=1, help_text="version of the last change that a decision rests upon"
    )
    simulated = models.BooleanField(default=False)

    class Meta:
        verbose_name = verbose_name_plural = "事件 Incidents"
        indexes = [
            models.Index(fields=["-id"], condition=~Q(state="closed"), name="incidents_not_closed"),
            models.Index(fields=["-changed_at", "-id"]),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.nature}"


class Caller(models.Model):
    """Who called: beside the log, so that it can be erased; sealed in it."""

    incident = models.OneToOneField(Incident, models.CASCADE, related_name="caller")
    name = models.CharField(max_length=60, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    salt = models.CharField(max_length=32)
    erased_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"caller of {self.incident_id}"


class Remark(models.Model):
    """Words on an incident (what the caller said, a note, why a unit was diverted), sealed."""

    class Kind(models.TextChoices):
        """What the words are."""

        NARRATIVE = "narrative", "接报内容 Narrative"
        NOTE = "note", "备注 Note"
        REASON = "reason", "理由 Reason"

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="remarks")
    kind = models.CharField(max_length=10, choices=Kind)
    author = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    words = models.TextField()
    salt = models.CharField(max_length=32)
    key = models.UUIDField(null=True, unique=True)
    made_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} on {self.incident_id}"


class Link(models.Model):
    """What an incident belongs together with: an alert, a case, another incident."""

    class Kind(models.TextChoices):
        """What stands at the other end."""

        ALERT = "alert", "告警 Alert"
        CASE = "case", "案件 Case"
        INCIDENT = "incident", "事件 Incident"

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="links")
    kind = models.CharField(max_length=8, choices=Kind)
    ref = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "kind", "ref"], name="one_link")]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.kind} {self.ref}"


class Unit(models.Model):
    """Somebody who can be sent: a vehicle with its crew, or a crew at its station."""

    code = models.SlugField(max_length=20, unique=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    kind = models.CharField(max_length=20)
    department = models.ForeignKey("people.Department", models.PROTECT, null=True, blank=True)
    home = models.PointField(srid=4326)
    scope = models.CharField(max_length=15, blank=True)
    place_zh = models.CharField(max_length=120, blank=True)
    place_en = models.CharField(max_length=160, blank=True)
    thing = models.OneToOneField(
        "sensors.Thing", models.PROTECT, null=True, blank=True, related_name="unit"
    )
    crew = models.ManyToManyField(User, blank=True, related_name="units")
    status = models.CharField(max_length=16, choices=Status, default=Status.AVAILABLE)
    since = models.DateTimeField()
    status_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    order = models.OneToOneField(
        "Assignment", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    active = models.BooleanField(default=True)
    simulated = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "处置单位 Units"
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"


class Assignment(models.Model):
    """A unit's order to an incident. A stamp is never rewritten; withdrawing one is on record."""

    STAMPS: ClassVar[dict[str, str]] = {
        Status.EN_ROUTE: "en_route_at",
        Status.ON_SCENE: "on_scene_at",
        Status.COMMITTED: "left_at",
        Status.AVAILABLE: "available_at",
        Status.OUT_OF_SERVICE: "available_at",
    }

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="assignments")
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="assignments")
    by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    dispatched_at = models.DateTimeField()
    en_route_at = models.DateTimeField(null=True)
    on_scene_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    available_at = models.DateTimeField(null=True)
    diverted = models.BooleanField(default=False, help_text="ended by an order to another incident")
    eta_s = models.FloatField(null=True)
    eta_basis = models.CharField(max_length=8, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit"], condition=Q(available_at=None), name="one_order_a_unit"
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} to {self.incident_id}"


class Stamp(models.Model):
    """One change of a unit's status: by whom, when, known when, where; insert-only but for one.

    `withdrawn_at` is set when the operator takes a slip back within a minute.
    """

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="stamps")
    assignment = models.ForeignKey(Assignment, models.CASCADE, null=True, related_name="stamps")
    status = models.CharField(max_length=16, choices=Status)
    before = models.CharField(max_length=16, choices=Status)
    before_since = models.DateTimeField()
    field = models.CharField(max_length=16, blank=True, help_text="the stamp that it made")
    at = models.DateTimeField()
    known_at = models.DateTimeField()
    point = models.PointField(srid=4326, null=True)
    by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    key = models.UUIDField(null=True, unique=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["unit", "-id"])]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.status} {self.at}"


class Task(models.Model):
    """Something that is due: a step of a plan, a timer that watches a unit, a manual timer."""

    class Kind(models.TextChoices):
        """What made it."""

        UNASSIGNED = "unassigned", "尚未派遣 Nobody sent"
        TURNOUT = "turnout", "尚未出动 Not moving"
        ARRIVAL = "arrival", "尚未到场 Not on scene"
        ROLL_CALL = "roll_call", "现场点名 Roll call"
        PLAN = "plan", "预案任务 Plan"
        MANUAL = "manual", "手动计时 Manual"

    class State(models.TextChoices):
        """How it stands."""

        RUNNING = "running", "进行中 Running"
        DONE = "done", "已完成 Done"
        CANCELLED = "cancelled", "已取消 Cancelled"

    class Stage(models.IntegerChoices):
        """How near it is: each is reached once."""

        GREEN = 0, "正常 In time"
        AMBER = 1, "将到期 Soon due"
        RED = 2, "已到期 Due"

    kind = models.CharField(max_length=12, choices=Kind)
    incident = models.ForeignKey(Incident, models.CASCADE, null=True, related_name="tasks")
    unit = models.ForeignKey(Unit, models.CASCADE, null=True, related_name="tasks")
    assignment = models.ForeignKey(Assignment, models.CASCADE, null=True, related_name="tasks")
    plan = models.CharField(max_length=40, blank=True)
    step = models.CharField(max_length=40, blank=True)
    title_zh = models.CharField(max_length=160)
    title_en = models.CharField(max_length=200)
    words = models.CharField(
        max_length=200, blank=True, help_text="an operator's own; stays beside the log"
    )
    department = models.ForeignKey("people.Department", models.PROTECT, null=True)
    scope = models.CharField(max_length=15, blank=True)
    start = models.DateTimeField()
    amber_at = models.DateTimeField()
    due = models.DateTimeField()
    stage = models.PositiveSmallIntegerField(choices=Stage, default=Stage.GREEN)
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    key = models.UUIDField(null=True, unique=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "任务与计时 Tasks"
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "plan", "step"], condition=~Q(plan=""), name="plan_step_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["amber_at"], condition=Q(state="running", stage__lt=2), name="tasks_to_tell"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.title_zh}"


class PlanRun(models.Model):
    """A plan that was started for an incident, in the edition that it had then."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="plan_runs")
    plan = models.CharField(max_length=40)
    level = models.PositiveSmallIntegerField(choices=_GRADES)
    definition = models.JSONField()
    by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "plan"], name="plan_once")]

    def __str__(self) -> str:
        return f"{self.plan} for {self.incident_id}"


class HazardRun(models.Model):
    """One answer of a hazard model for an incident, with all that went into it."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="hazard_runs")
    model = models.CharField(max_length=40)
    point = models.PointField(srid=4326)
    given = models.JSONField()
    figures = models.JSONField()
    zones = models.JSONField()
    assumptions = models.JSONField()
    by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.model} {self.pk} for {self.incident_id}"


class Report(models.Model):
    """A report upward as it was sent: first (初报), numbered follow-ups (续报), final (终报)."""

    class Kind(models.TextChoices):
        """Its place in the chain."""

        FIRST = "first", "初报 First report"
        FOLLOW_UP = "follow_up", "续报 Follow-up"
        FINAL = "final", "终报 Final report"

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="reports")
    kind = models.CharField(max_length=10, choices=Kind)
    number = models.PositiveIntegerField(help_text="0: first; 1, 2, …: follow-ups; the final's too")
    content = models.JSONField()
    upto = models.BigIntegerField(help_text="last number of the log that it tells of")
    salt = models.CharField(max_length=32)
    by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "number"], name="report_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number} of {self.incident_id}"
