# Indexes in the order in which lists are read, and for the ties of a country.

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0015_what_nights_let_go"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="tie",
            index=models.Index(fields=["a_country", "status", "level"], name="tie_a_country"),
        ),
        migrations.AddIndex(
            model_name="tie",
            index=models.Index(fields=["b_country", "status", "level"], name="tie_b_country"),
        ),
    ]
