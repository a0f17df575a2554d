"""Who changed a registered layer last; pictures stand in their own group, below what is drawn."""

from typing import Any

from django.db import migrations, models


def regroup(apps: Any, schema_editor: Any) -> None:
    """Move imported and reckoned pictures to the group of imagery."""
    for row in apps.get_model("layers", "Registered").objects.all():
        group, drawn = row.definition.get("group"), row.definition.get("tiled", True)
        moves = group == "imported" or (group == "analyses" and drawn)
        if row.definition.get("kind") == "raster" and moves:
            row.definition["group"] = "imagery"
            row.save(update_fields=["definition"])


class Migration(migrations.Migration):
    """Add `changed_by`, then set the groups."""

    dependencies = [("layers", "0005_pictures")]

    operations = [
        migrations.AddField(
            model_name="registered",
            name="changed_by",
            field=models.CharField(
                blank=True, default="", help_text="actor of the last change", max_length=60
            ),
            preserve_default=False,
        ),
        migrations.RunPython(regroup, migrations.RunPython.noop),
    ]
