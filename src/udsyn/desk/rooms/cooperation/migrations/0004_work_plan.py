"""The work programme of an agreement is its work plan. Tables and columns keep their names, so that nothing is moved."""

from django.db import migrations, models


def rename_constraints(apps, schema_editor):
    """Names that another room's programmes need. SQLite writes them anew whenever it makes the table anew."""
    if schema_editor.connection.vendor == "postgresql":
        for name in ("state_known", "ends_after_start"):
            schema_editor.execute(
                f"ALTER TABLE cooperation_programme RENAME CONSTRAINT programme_{name} TO workplan_{name}"
            )


HISTORY = {"get_latest_by": ("history_date", "history_id"), "ordering": ("-history_date", "-history_id")}
INITIATIVES = {"verbose_name": "initiative", "verbose_name_plural": "initiatives"}
STATES = models.Q(("state__in", ["draft", "adopted", "completed"]))
DAYS = models.Q(("starts__isnull", True), ("ends__isnull", True), ("ends__gte", models.F("starts")), _connector="OR")


class Migration(migrations.Migration):
    dependencies = (("cooperation", "0003_notice_within_years"), ("parties", "0004_mandates"))

    operations = (
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(rename_constraints)],
            state_operations=[
                migrations.RenameModel("Programme", "WorkPlan"),
                migrations.AlterModelTable("WorkPlan", "cooperation_programme"),
                migrations.RenameModel("HistoricalProgramme", "HistoricalWorkPlan"),
                migrations.AlterModelTable("HistoricalWorkPlan", "cooperation_historicalprogramme"),
                migrations.RemoveConstraint("Initiative", "initiative_number_once"),
                migrations.RenameField("Initiative", "programme", "work_plan"),
                migrations.RenameField("HistoricalInitiative", "programme", "work_plan"),
                migrations.AlterField(
                    "Initiative",
                    "work_plan",
                    models.ForeignKey(
                        "cooperation.WorkPlan",
                        models.PROTECT,
                        db_column="programme_id",
                        related_name="initiatives",
                        verbose_name="work plan",
                    ),
                ),
                migrations.AlterField(
                    "HistoricalInitiative",
                    "work_plan",
                    models.ForeignKey(
                        "cooperation.WorkPlan",
                        models.DO_NOTHING,
                        blank=True,
                        db_column="programme_id",
                        db_constraint=False,
                        null=True,
                        related_name="+",
                        verbose_name="work plan",
                    ),
                ),
                migrations.AlterField(
                    "WorkPlan",
                    "agreement",
                    models.ForeignKey(
                        "cooperation.Agreement",
                        models.PROTECT,
                        related_name="work_plans",
                        verbose_name="agreement",
                    ),
                ),
                migrations.AddConstraint(
                    "Initiative",
                    models.UniqueConstraint(fields=("work_plan", "number"), name="initiative_number_once"),
                ),
                migrations.RemoveConstraint("WorkPlan", "programme_state_known"),
                migrations.RemoveConstraint("WorkPlan", "programme_ends_after_start"),
                migrations.AddConstraint(
                    "WorkPlan", models.CheckConstraint(condition=STATES, name="workplan_state_known")
                ),
                migrations.AddConstraint(
                    "WorkPlan", models.CheckConstraint(condition=DAYS, name="workplan_ends_after_start")
                ),
                migrations.AlterModelOptions("Initiative", {"ordering": ("work_plan", "number"), **INITIATIVES}),
                migrations.AlterModelOptions(
                    "WorkPlan",
                    {
                        "ordering": ("agreement__country__code", "-starts"),
                        "verbose_name": "work plan",
                        "verbose_name_plural": "work plans",
                    },
                ),
                migrations.AlterModelOptions(
                    "HistoricalWorkPlan",
                    {
                        **HISTORY,
                        "verbose_name": "historical work plan",
                        "verbose_name_plural": "historical work plans",
                    },
                ),
            ],
        ),
    )
