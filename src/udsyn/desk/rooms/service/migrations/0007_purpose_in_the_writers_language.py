# Why data are held is said in the language of whoever writes them down.

import udsyn.desk.rooms.service.models
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("service", "0006_what_pages_are_ordered_by"),
    ]

    operations = [
        migrations.AlterField(
            model_name="candidate",
            name="purpose",
            field=models.CharField(
                default=udsyn.desk.rooms.service.models.to_propose,
                max_length=200,
                verbose_name="purpose of holding the data",
            ),
        ),
        migrations.AlterField(
            model_name="historicalcandidate",
            name="purpose",
            field=models.CharField(
                default=udsyn.desk.rooms.service.models.to_propose,
                max_length=200,
                verbose_name="purpose of holding the data",
            ),
        ),
        migrations.AlterField(
            model_name="historicalrequest",
            name="purpose",
            field=models.CharField(
                default=udsyn.desk.rooms.service.models.to_answer,
                max_length=200,
                verbose_name="purpose of holding the data",
            ),
        ),
        migrations.AlterField(
            model_name="request",
            name="purpose",
            field=models.CharField(
                default=udsyn.desk.rooms.service.models.to_answer,
                max_length=200,
                verbose_name="purpose of holding the data",
            ),
        ),
    ]
