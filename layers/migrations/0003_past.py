"""What a layer was before it was filled anew."""

from django.db import migrations

from layers import sql


class Migration(migrations.Migration):
    dependencies = [("layers", "0002_imports")]
    operations = [migrations.RunSQL(sql.PAST, sql.DROP_PAST)]
