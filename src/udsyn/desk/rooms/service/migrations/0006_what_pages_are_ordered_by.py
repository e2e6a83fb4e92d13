# Indexes in the order in which lists are read, and for the log of a request.

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("parties", "0005_advertising"),
        ("posts", "0002_delete_enquiry"),
        ("service", "0005_outcomes_of_ties"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="introduction",
            index=models.Index(fields=["created"], name="introduction_created"),
        ),
        migrations.AddIndex(
            model_name="introduction",
            index=models.Index(fields=["agreed_at"], name="introduction_agreed"),
        ),
        migrations.AddIndex(
            model_name="request",
            index=models.Index(fields=["received"], name="request_received"),
        ),
        migrations.AddIndex(
            model_name="step",
            index=models.Index(fields=["at"], name="step_at"),
        ),
        migrations.AddIndex(
            model_name="step",
            index=models.Index(fields=["request", "what"], name="step_of_request"),
        ),
    ]
