# Numbers that are kept ask for the moment of the last word about a find.

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0016_what_pages_are_ordered_by"),
    ]

    operations = [
        migrations.AlterField(
            model_name="find",
            name="said_at",
            field=models.DateTimeField(db_index=True, null=True, verbose_name="said"),
        ),
    ]
