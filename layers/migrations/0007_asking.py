"""Analyses that stand on another: the flood whose reach is told, the other layer looked at."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns of an analysis."""

    dependencies = [("layers", "0006_groups")]

    operations = [
        migrations.AddField(
            model_name="analysisjob",
            name="against",
            field=models.CharField(
                blank=True, default="", help_text="the other layer that it looks at", max_length=31
            ),
        ),
        migrations.AddField(
            model_name="analysisjob",
            name="of",
            field=models.UUIDField(help_text="the flood whose reach this one tells", null=True),
        ),
    ]
