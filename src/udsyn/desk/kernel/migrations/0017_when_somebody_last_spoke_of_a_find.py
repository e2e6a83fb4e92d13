# Numbers that are kept ask for the moment of the last word about a find.

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0016_what_pages_are_ordered_by"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="find",
            index=models.Index(fields=["said_at"], name="find_said"),
        ),
    ]
