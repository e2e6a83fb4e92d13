from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0004_message_sending"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="message",
            name="message_state_known",
        ),
        migrations.AddField(
            model_name="historicalmessage",
            name="below",
            field=models.JSONField(blank=True, default=list, editable=False),
        ),
        migrations.AddField(
            model_name="historicalmessage",
            name="trouble",
            field=models.CharField(blank=True, editable=False, max_length=300, verbose_name="why it cannot be sent"),
        ),
        migrations.AddField(
            model_name="message",
            name="below",
            field=models.JSONField(blank=True, default=list, editable=False),
        ),
        migrations.AddField(
            model_name="message",
            name="trouble",
            field=models.CharField(blank=True, editable=False, max_length=300, verbose_name="why it cannot be sent"),
        ),
        migrations.AlterField(
            model_name="historicalmessage",
            name="state",
            field=models.CharField(
                choices=[
                    ("drafted", "waits for approval"),
                    ("approved", "approved, will be sent"),
                    ("held", "set aside: it cannot be sent as it is"),
                    ("sending", "perhaps sent"),
                    ("sent", "sent"),
                    ("withdrawn", "withdrawn"),
                ],
                db_index=True,
                default="drafted",
                editable=False,
                max_length=24,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="state",
            field=models.CharField(
                choices=[
                    ("drafted", "waits for approval"),
                    ("approved", "approved, will be sent"),
                    ("held", "set aside: it cannot be sent as it is"),
                    ("sending", "perhaps sent"),
                    ("sent", "sent"),
                    ("withdrawn", "withdrawn"),
                ],
                db_index=True,
                default="drafted",
                editable=False,
                max_length=24,
                verbose_name="state",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["drafted", "approved", "held", "sending", "sent", "withdrawn"])),
                name="message_state_known",
            ),
        ),
    ]
