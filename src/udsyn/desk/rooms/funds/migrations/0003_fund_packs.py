from django.db import migrations, models

PROGRAMMES = [
    ("horizon/1", "Horizon Europe, Pillar I"),
    ("horizon/2", "Horizon Europe, Pillar II"),
    ("horizon/3", "Horizon Europe, Pillar III"),
    ("eurostars", "Eurostars"),
    ("weave", "Weave"),
    ("ifd", "Innovation Fund Denmark, international calls"),
    ("sea-europe", "Southeast Asia-Europe Joint Funding Scheme"),
    ("dff", "Independent Research Fund Denmark"),
    ("nih", "NIH (USA)"),
    ("nsf", "NSF (USA)"),
]


def programme():
    return models.CharField(
        blank=True,
        choices=PROGRAMMES,
        help_text="Empty where only its own rules for each country count; write them below, once it is saved.",
        max_length=12,
        verbose_name="by the rules of",
    )


class Migration(migrations.Migration):
    dependencies = [("funds", "0002_programmes")]
    operations = [
        migrations.AlterField(model_name=name, name="programme", field=programme())
        for name in ("calltyped", "historicalcalltyped")
    ]
