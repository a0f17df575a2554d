"""Layers' state, and the feature store with its partitioned tables."""

import django.contrib.gis.db.models.fields as geo
from django.db import migrations, models

from layers import sql


class Migration(migrations.Migration):
    initial = True
    dependencies = [("core", "0001_extensions")]
    operations = [
        migrations.RunSQL(sql.TABLES, sql.DROP),
        migrations.CreateModel(
            name="Feature",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "layer",
                        "fid",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("layer", models.TextField()),
                ("fid", models.BigIntegerField()),
                ("geom", geo.GeometryField(srid=3857)),
                ("original", geo.GeometryField(srid=4326)),
                ("anchor", geo.PointField(null=True, srid=3857)),
                ("properties", models.JSONField()),
                ("shown_from", models.SmallIntegerField(default=0)),
                ("simulated", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField(null=True)),
            ],
            options={"db_table": "layers_feature", "managed": False},
        ),
        migrations.CreateModel(
            name="State",
            fields=[
                ("layer", models.CharField(max_length=31, primary_key=True, serialize=False)),
                (
                    "version",
                    models.PositiveIntegerField(default=0, help_text="one more at each change"),
                ),
                ("extent", geo.PolygonField(null=True, srid=4326)),
                ("count", models.BigIntegerField(default=0)),
                (
                    "thinned_to",
                    models.SmallIntegerField(
                        default=-1,
                        help_text="last zoom with tiles that hold too many points to be drawn",
                    ),
                ),
                ("updated_at", models.DateTimeField()),
                ("simulated", models.BooleanField(default=False)),
                (
                    "path",
                    models.CharField(blank=True, help_text="of a raster's file", max_length=400),
                ),
                ("source", models.CharField(blank=True, max_length=400)),
                ("source_date", models.DateField(null=True)),
                (
                    "raster",
                    models.JSONField(
                        default=dict, help_text="grid, bands, cell size, unit of a raster"
                    ),
                ),
            ],
            options={"db_table": "layers_state"},
        ),
    ]
