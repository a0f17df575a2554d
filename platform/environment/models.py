"""Indices of stations: every one that was ever reckoned, and the newest of each station.

They name their thing without a foreign key, as readings do: what is reckoned from readings must
not keep a thing from being removed, and goes with it.
"""

from django.db import models


class Index(models.Model):
    """A station's index for the hour that ends at `at`; a correction is a further row, never less.

    `value` is the AQI, of water the class; both and `grade` (1 best to 6) are null where the
    index is not to be published. `items` has each item's value, unit, own index and limit.
    """

    thing_id = models.BigIntegerField()
    at = models.DateTimeField(help_text="end of the hour, or of the sampling")
    known_at = models.DateTimeField()
    kind = models.CharField(max_length=8, choices=[("air", "air"), ("water", "water")])
    value = models.IntegerField(null=True)
    grade = models.SmallIntegerField(null=True)
    limiting = models.JSONField(default=list, help_text="primary pollutants, or limiting items")
    missing = models.JSONField(default=list)
    items = models.JSONField(default=list)
    edition = models.CharField(max_length=40, help_text="the table it was reckoned by")
    fresh_until = models.DateTimeField(help_text="from then on it says nothing of the present")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["thing_id", "at", "known_at"], name="environment_index_once"
            )
        ]
        verbose_name_plural = "indices"

    def __str__(self) -> str:
        return f"{self.thing_id} {self.at} {self.value}"


class Current(models.Model):
    """A station's newest index; `seen` says which readings it was reckoned from."""

    thing_id = models.BigIntegerField(primary_key=True)
    index = models.ForeignKey(Index, models.CASCADE, null=True, related_name="+")
    seen = models.CharField(max_length=32, blank=True)
    stale = models.BooleanField(default=False)
    changed_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.thing_id} {self.index}"
