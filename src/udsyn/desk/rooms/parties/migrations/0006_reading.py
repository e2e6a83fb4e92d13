from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("parties", "0005_advertising"),
    ]

    operations = [
        migrations.AddField(
            model_name="historicalperson",
            name="language",
            field=models.CharField(
                blank=True, choices=[("da", "Danish"), ("en", "English")], max_length=2, verbose_name="is written to in"
            ),
        ),
        migrations.AddField(
            model_name="person",
            name="language",
            field=models.CharField(
                blank=True, choices=[("da", "Danish"), ("en", "English")], max_length=2, verbose_name="is written to in"
            ),
        ),
    ]
