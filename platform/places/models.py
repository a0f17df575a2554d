"""Divisions down to the community, the unit grid, patrol grids and place names.

Boundaries are surveyed in CGCS2000 (EPSG:4490) and stored with SRID 4326: the two agree within a
metre, and one SRID spares every query a transformation. Nothing here is corrected between them.
"""

from django.contrib.gis.db import models
from django.core.validators import RegexValidator

from places import codes


class Level(models.TextChoices):
    """The four levels of administrative division that the platform works with."""

    CITY = "city", "市 City"
    DISTRICT = "district", "区县 District"
    STREET = "street", "街道乡镇 Subdistrict"
    COMMUNITY = "community", "社区村 Community"


class Division(models.Model):
    """An administrative division: GB/T 2260 (6 digits), GB/T 10114 (9), community (12)."""

    code = models.CharField(max_length=12, unique=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    level = models.CharField(max_length=10, choices=Level.choices)
    parent = models.ForeignKey(
        "self", models.CASCADE, to_field="code", db_column="parent_code", null=True, blank=True
    )
    prefix = models.CharField(
        max_length=12, db_index=True, help_text="The code without trailing zero pairs: 4101."
    )
    boundary = models.MultiPolygonField(srid=4326, null=True, blank=True)
    simulated = models.BooleanField(default=False)

    class Meta:
        verbose_name = verbose_name_plural = "行政区划 Divisions"
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"


class GridCell(models.Model):
    """A cell of the unit grid (单元网格), about 10,000 m²; its sequence runs W→E, then N→S."""

    code = models.CharField(
        max_length=15, primary_key=True, validators=[RegexValidator(codes.GRID_CELL)]
    )
    community = models.CharField(max_length=12, db_index=True)
    geom = models.PolygonField(srid=4326)
    area_m2 = models.FloatField()
    simulated = models.BooleanField(default=False)

    class Meta:
        verbose_name = verbose_name_plural = "单元网格 Unit grid"
        ordering = ("code",)

    def __str__(self) -> str:
        return self.code


class PatrolGrid(models.Model):
    """A patrol grid (责任网格): the unit cells of some communities that one inspector walks."""

    code = models.CharField(max_length=20, unique=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    communities = models.ManyToManyField(Division, related_name="patrol_grids")
    simulated = models.BooleanField(default=False)

    class Meta:
        verbose_name = verbose_name_plural = "责任网格 Patrol grids"
        ordering = ("code",)

    def cells(self) -> models.QuerySet[GridCell]:
        """Return the unit cells of the patrol."""
        return GridCell.objects.filter(community__in=self.communities.values("code"))

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"


class PlaceName(models.Model):
    """A name that people use for a point: what a caller says and a dispatcher types."""

    name_zh = models.CharField(max_length=80, db_index=True)
    name_en = models.CharField(max_length=120)
    pinyin = models.CharField(max_length=120, db_index=True, help_text="Lower case, no spaces.")
    kind = models.CharField(max_length=20)
    point = models.PointField(srid=4326)
    division = models.CharField(max_length=12, db_index=True, help_text="Prefix of its division.")
    simulated = models.BooleanField(default=False)

    class Meta:
        verbose_name = verbose_name_plural = "地名 Place names"
        ordering = ("name_zh",)

    def __str__(self) -> str:
        return self.name_zh


class Revision(models.Model):
    """How often places have changed: one row, by which other processes drop their indexes."""

    number = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)
