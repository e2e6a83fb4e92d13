"""Enquiries are requests now (service.0002)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("posts", "0001_initial"),
        ("service", "0002_enquiries_become_requests"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="historicalenquiry",
            name="centre",
        ),
        migrations.RemoveField(
            model_name="historicalenquiry",
            name="handler",
        ),
        migrations.RemoveField(
            model_name="historicalenquiry",
            name="history_user",
        ),
        migrations.RemoveField(
            model_name="historicalenquiry",
            name="sender_organisation",
        ),
        migrations.RemoveField(
            model_name="historicalenquiry",
            name="sender_user",
        ),
        migrations.DeleteModel(
            name="Enquiry",
        ),
        migrations.DeleteModel(
            name="HistoricalEnquiry",
        ),
    ]
