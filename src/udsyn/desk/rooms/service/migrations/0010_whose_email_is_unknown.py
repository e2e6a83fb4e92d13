# An index for requests without an address.

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("service", "0009_without_a_centre"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="request",
            index=models.Index(fields=["email"], name="request_email"),
        ),
    ]
