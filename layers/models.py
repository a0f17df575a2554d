"""A layer's state and its features; the store's SQL (partitions, indexes) is in `layers.sql`."""

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
