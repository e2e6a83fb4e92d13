# A request may belong to a country without a centre.

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("parties", "0006_reading"),
        ("posts", "0002_delete_enquiry"),
        ("service", "0008_what_is_about_a_country"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="request",
            name="centre",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="requests",
                to="posts.centre",
                verbose_name="centre",
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(("centre__isnull", False), ("country__isnull", False), _connector="OR"),
                name="request_of_centre_or_country",
            ),
        ),
    ]
