"""Layers' state, features, imports; the store's SQL (partitions, indexes) is in `layers.sql`."""

from typing import Any

from django.contrib.gis.db import models


class State(models.Model):
    """What changes about a registered layer: version, extent, number of features, file."""

    layer = models.CharField(max_length=31, primary_key=True)
    version = models.PositiveIntegerField(default=0, help_text="one more at each change")
    extent = models.PolygonField(srid=4326, null=True)
    count = models.BigIntegerField(default=0)
    thinned_to = models.SmallIntegerField(
        default=-1, help_text="last zoom with tiles that hold too many points to be drawn"
    )
    updated_at = models.DateTimeField()
    simulated = models.BooleanField(default=False)
    path = models.CharField(max_length=400, blank=True, help_text="of a raster's file")
    source = models.CharField(max_length=400, blank=True)
    source_date = models.DateField(null=True)
    raster = models.JSONField(default=dict, help_text="grid, bands, cell size, unit of a raster")

    class Meta:
        db_table = "layers_state"

    def __str__(self) -> str:
        return f"{self.layer} version {self.version}"

    @property
    def bounds(self) -> list[float] | None:
        """Return west, south, east, north in degrees, or None for an empty layer."""
        return [round(edge, 6) for edge in self.extent.extent] if self.extent else None


class Touched(models.Model):
    """Where one change of a layer was; a change that touched everything has no row."""

    pk = models.CompositePrimaryKey("layer", "version")
    layer = models.CharField(max_length=31)
    version = models.PositiveIntegerField()
    before = models.PositiveIntegerField(help_text="the version that it followed")
    boxes = models.JSONField(help_text="[west, south, east, north] in EPSG:3857 metres")

    class Meta:
        db_table = "layers_touched"

    def __str__(self) -> str:
        return f"{self.layer} {self.before} → {self.version}: {len(self.boxes)} boxes"


class Feature(models.Model):
    """One feature: `geom` is drawn (EPSG:3857), `original` is kept as it came (EPSG:4326)."""

    pk = models.CompositePrimaryKey("layer", "fid")
    layer = models.TextField()
    fid = models.BigIntegerField()
    geom = models.GeometryField(srid=3857)
    original = models.GeometryField(srid=4326)
    anchor = models.PointField(srid=3857, null=True)
    properties = models.JSONField()
    shown_from = models.SmallIntegerField(default=0)
    simulated = models.BooleanField(default=False)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "layers_feature"

    def __str__(self) -> str:
        return f"{self.layer}/{self.fid}"


class Registered(models.Model):
    """A layer that was imported: the same keys as a file of `layers/catalog/` has."""

    code = models.CharField(max_length=31, primary_key=True)
    definition = models.JSONField()
    made_by = models.CharField(max_length=60, help_text="actor, as the feed writes it")
    made_at = models.DateTimeField()
    changed_by = models.CharField(max_length=60, blank=True, help_text="actor of the last change")
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "layers_registered"

    def __str__(self) -> str:
        return self.code


class Picture(models.Model):
    """The mosaic of one day of an orthophoto layer: one file, made of all pieces of that day."""

    layer = models.CharField(max_length=31)
    date = models.DateField(help_text="the day that was photographed")
    path = models.CharField(max_length=400, help_text="of the mosaic's file, inside ZHIHUI_DATA")
    extent = models.PolygonField(srid=4326)
    raster = models.JSONField(default=dict, help_text="grid, bands, zooms of the file")
    source = models.CharField(max_length=400, blank=True)
    pieces = models.JSONField(default=list, help_text="imports that it is made of, lowest first")
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "layers_picture"
        ordering = ("layer", "date")
        constraints = (models.UniqueConstraint("layer", "date", name="layers_picture_one_a_day"),)

    def __str__(self) -> str:
        return f"{self.layer} {self.date}"


class Stage(models.TextChoices):
    """How far an import is; an answer to a question sends it back to `waiting`."""

    RECEIVING = "receiving", "接收中 Receiving"
    WAITING = "waiting", "等待 Waiting"
    RUNNING = "running", "进行中 Running"
    ASKING = "asking", "待确认 Asking"
    DONE = "done", "完成 Done"
    REFUSED = "refused", "已拒绝 Refused"
    FAILED = "failed", "失败 Failed"
    CANCELLED = "cancelled", "已取消 Cancelled"


class Job(models.Model):
    """Work that takes long and is done by a process of its own; the row stays as the record."""

    id = models.UUIDField(primary_key=True)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.WAITING, db_index=True)
    progress = models.PositiveSmallIntegerField(default=0, help_text="percent")
    doing = models.CharField(max_length=20, blank=True, help_text="the step, for `progress`")
    attempts = models.PositiveSmallIntegerField(default=0)
    said = models.JSONField(default=dict, help_text="question or refusal: code, en, zh, remedy")
    report = models.JSONField(default=dict)
    by = models.CharField(max_length=60)
    by_name = models.CharField(max_length=60)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        ordering = ("-asked_at",)

    @property
    def over(self) -> bool:
        """Say whether nothing more happens to it by itself or by an answer."""
        return self.stage in (Stage.DONE, Stage.REFUSED, Stage.FAILED, Stage.CANCELLED)

    def told(self) -> dict[str, Any]:
        """Return how far it is and what became of it, as JSON."""
        return {
            "id": str(self.pk),
            "stage": self.stage,
            "doing": self.doing,
            "progress": self.progress,
            "said": self.said,
            "report": self.report,
            "by": self.by_name,
            "asked_at": self.asked_at.isoformat(),
            "ended_at": self.ended_at.isoformat() if self.ended_at else None,
        }


class Import(Job):
    """One file on its way to being a layer; the row stays as the record of what was done."""

    kind = models.CharField(max_length=12, help_text="features, orthophoto, elevation or empty")
    layer = models.CharField(max_length=31, blank=True)
    file = models.CharField(max_length=200, help_text="name as it was handed in")
    path = models.CharField(max_length=400, help_text="of the kept file, inside ZHIHUI_DATA")
    size = models.BigIntegerField(default=0)
    datum = models.CharField(max_length=12, blank=True, help_text="as declared; empty: not yet")
    accepted = models.BooleanField(default=False, help_text="the datum was kept against a doubt")
    wishes = models.JSONField(default=dict, help_text="titles, sharing, owner, source, date")

    class Meta(Job.Meta):
        db_table = "layers_import"

    def __str__(self) -> str:
        return f"{self.file} → {self.layer or '?'} {self.stage}"


class AnalysisJob(Job):
    """One terrain analysis that was asked for; the row stays as the record of its parameters."""

    kind = models.CharField(max_length=31, help_text="file of `layers/terrain/analyses/`")
    model = models.CharField(max_length=31, help_text="the elevation model's layer")
    model_version = models.PositiveIntegerField(default=0, help_text="of the model when it ran")
    against = models.CharField(
        max_length=31, blank=True, default="", help_text="the other layer that it looks at"
    )
    of = models.UUIDField(null=True, help_text="the flood whose reach this one tells")
    layer = models.CharField(max_length=31, help_text="what it makes, or makes anew")
    place = models.JSONField(null=True, help_text="GeoJSON in EPSG:4326: point, or area")
    area = models.JSONField(null=True, help_text="GeoJSON polygon: only the box round it is read")
    numbers = models.JSONField(default=dict)
    title_zh = models.CharField(max_length=80)
    title_en = models.CharField(max_length=80)

    class Meta(Job.Meta):
        db_table = "layers_analysis"

    def __str__(self) -> str:
        return f"{self.kind} of {self.model} → {self.layer} {self.stage}"


class Seeding(Job):
    """Tiles that are made before anybody asks; the row stays as the record of what was made."""

    layer = models.CharField(max_length=31)
    lowest = models.PositiveSmallIntegerField(help_text="first zoom")
    highest = models.PositiveSmallIntegerField(help_text="last zoom")
    box = models.JSONField(help_text="[west, south, east, north] in EPSG:4326")
    tiles = models.PositiveIntegerField(help_text="that lie in zooms and box")
    reached = models.PositiveIntegerField(default=0, help_text="tiles gone through, in order")
    kept = models.PositiveIntegerField(default=0, help_text="of these, not made again")
    made = models.PositiveIntegerField(default=0)
    empty = models.PositiveIntegerField(default=0, help_text="made, and nothing is there")
    failed = models.PositiveIntegerField(default=0)

    class Meta(Job.Meta):
        db_table = "layers_seeding"

    def __str__(self) -> str:
        return f"{self.layer} z{self.lowest}-{self.highest} {self.stage}"
