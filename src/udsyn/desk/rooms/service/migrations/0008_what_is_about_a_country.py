# An index for what is about a country.

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("service", "0007_purpose_in_the_writers_language"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="request",
            index=models.Index(fields=["centre", "country", "state", "received"], name="request_of_country"),
        ),
    ]
