"""Enquiries are requests now (service.0002)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("posts", "0001_initial"),
        ("service", "0002_enquiries_become_requests"),
    ]

    operations = [
        migrations.DeleteModel(
            name="Enquiry",
        ),
        migrations.DeleteModel(
            name="HistoricalEnquiry",
        ),
    ]
