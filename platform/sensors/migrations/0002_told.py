"""Readings keep what else their sender told of them."""

from django.db import migrations, models

from sensors import sql


class Migration(migrations.Migration):

    dependencies = [('sensors', '0001_initial')]

    operations = [
        migrations.RunSQL(sql.TOLD, sql.NOT_TOLD),
        migrations.AddField('revision', 'told', models.JSONField(null=True)),
    ]
