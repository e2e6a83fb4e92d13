# A partner agency's ranking of a joint call.

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programmes", "0005_expected_ranks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalPartnerRanking",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("created", models.DateTimeField(blank=True, editable=False, verbose_name="created")),
                ("changed", models.DateTimeField(blank=True, editable=False, verbose_name="changed")),
                ("agency", models.CharField(max_length=200, verbose_name="partner agency")),
                (
                    "rule",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "our own ranking alone"),
                            ("mean", "the mean of both places"),
                            ("worst", "the worse of both places"),
                            ("best", "the better of both places"),
                            ("ours", "our ranking leads"),
                            ("theirs", "the partner's ranking leads"),
                            ("both_top", "only those among the best of both"),
                        ],
                        max_length=8,
                        verbose_name="rule",
                    ),
                ),
                (
                    "top",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="how many places count as the best"
                    ),
                ),
                ("places", models.JSONField(blank=True, default=dict)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "call",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="programmes.call",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical partner's ranking",
                "verbose_name_plural": "historical partners' rankings",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="PartnerRanking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("changed", models.DateTimeField(auto_now=True, verbose_name="changed")),
                ("agency", models.CharField(max_length=200, verbose_name="partner agency")),
                (
                    "rule",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "our own ranking alone"),
                            ("mean", "the mean of both places"),
                            ("worst", "the worse of both places"),
                            ("best", "the better of both places"),
                            ("ours", "our ranking leads"),
                            ("theirs", "the partner's ranking leads"),
                            ("both_top", "only those among the best of both"),
                        ],
                        max_length=8,
                        verbose_name="rule",
                    ),
                ),
                (
                    "top",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="how many places count as the best"
                    ),
                ),
                ("places", models.JSONField(blank=True, default=dict)),
                (
                    "call",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="partner_ranking",
                        to="programmes.call",
                    ),
                ),
            ],
            options={
                "verbose_name": "partner's ranking",
                "verbose_name_plural": "partners' rankings",
                "ordering": ("pk",),
            },
        ),
    ]
