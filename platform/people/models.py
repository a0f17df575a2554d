"""Users, departments and what they sign in with."""

import datetime
import hashlib

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models


class Role(models.TextChoices):
    """What somebody is here for; what a role may do stands in `people.may` alone."""

    DISPATCHER = "dispatcher", "调度员 Dispatcher"
    INSPECTOR = "inspector", "网格巡查员 Inspector"
    PLANNER = "planner", "规划员 Planner"
    SUPERVISOR = "supervisor", "督导 Supervisor"
    ADMIN = "admin", "系统管理员 Administrator"
    RESPONDER = "responder", "处置人员 Responder"
    DEVICE = "device", "设备 Device"
    CITIZEN = "citizen", "市民 Citizen"


STAFF = (
    Role.DISPATCHER,
    Role.INSPECTOR,
    Role.PLANNER,
    Role.SUPERVISOR,
    Role.RESPONDER,
    Role.ADMIN,
)


class Department(models.Model):
    """A department that answers for things, alerts and cases."""

    code = models.CharField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    simulated = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.name_zh} {self.name_en}"


class User(AbstractUser):
    """A person or program that signs in: one role, one department, some areas."""

    role = models.CharField(max_length=16, choices=Role.choices, default=Role.CITIZEN)
    name_zh = models.CharField(max_length=40, blank=True)
    name_en = models.CharField(max_length=60, blank=True)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True)
    areas = ArrayField(
        models.CharField(max_length=15),
        default=list,
        blank=True,
        help_text="Division codes (GB/T 2260 …) without trailing zero pairs: 4101 is the city.",
    )
    language = models.CharField(max_length=8, default="zh-hans")
    simulated = models.BooleanField(default=False)

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep Django's own two flags in step with the role, so that there is one master."""
        self.is_staff = self.is_superuser = self.role == Role.ADMIN
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def __str__(self) -> str:
        return self.username


def digest(secret: str) -> str:
    """Return the SHA-256 that a token or ticket is kept by; the secret is shown once only."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Token(models.Model):
    """A bearer token: of a person (their rights) or of one thing (writes its own readings only)."""

    digest = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=80)
    user = models.ForeignKey(User, models.CASCADE, null=True, blank=True)
    thing_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    simulated = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="token_of_a_user_or_a_thing",
                condition=models.Q(user__isnull=True) ^ models.Q(thing_id__isnull=True),
            )
        ]

    def good_at(self, now: datetime.datetime) -> bool:
        """Say whether the token opens anything at `now`."""
        return self.revoked_at is None and now < self.expires_at

    def __str__(self) -> str:
        return self.label


class TokenStamp(models.Model):
    """One row whose number is another after every change of device tokens: for caches."""

    number = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.number)


class Ticket(models.Model):
    """A one-time pass for opening a socket, valid for seconds, so that no token lands in a log."""

    digest = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, models.CASCADE)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.user_id} until {self.expires_at:%H:%M:%S}"
