"""A role that a user holds is a mandate. The tables keep their names, so that nothing is moved."""

from django.conf import settings
from django.db import migrations, models


def rename_constraints(apps, schema_editor):
    """Names that other rooms' grants may need. SQLite writes them anew whenever it makes the table anew."""
    if schema_editor.connection.vendor == "postgresql":
        for name in ("role_known", "ends_after_start"):
            schema_editor.execute(f"ALTER TABLE parties_grant RENAME CONSTRAINT grant_{name} TO mandate_{name}")


ROLES = ["officer", "attache", "advisor", "assistant", "client", "auditor", "administrator"]
KNOWN = models.Q(("role__in", ROLES))
DAYS = models.Q(("starts__isnull", True), ("ends__isnull", True), ("ends__gte", models.F("starts")), _connector="OR")


class Migration(migrations.Migration):
    dependencies = (("parties", "0003_words"),)

    operations = (
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(rename_constraints)],
            state_operations=[
                migrations.RenameModel("Grant", "Mandate"),
                migrations.AlterModelTable("Mandate", "parties_grant"),
                migrations.RenameModel("HistoricalGrant", "HistoricalMandate"),
                migrations.AlterModelTable("HistoricalMandate", "parties_historicalgrant"),
                migrations.RemoveConstraint("Mandate", "grant_ends_after_start"),
                migrations.RemoveConstraint("Mandate", "grant_role_known"),
                migrations.AddConstraint(
                    "Mandate", models.CheckConstraint(condition=DAYS, name="mandate_ends_after_start")
                ),
                migrations.AddConstraint("Mandate", models.CheckConstraint(condition=KNOWN, name="mandate_role_known")),
                migrations.AlterField(
                    "Mandate",
                    "user",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL, models.CASCADE, related_name="mandates", verbose_name="user"
                    ),
                ),
                migrations.AlterModelOptions(
                    "Mandate",
                    {
                        "ordering": ("user__name", "role"),
                        "verbose_name": "mandate",
                        "verbose_name_plural": "mandates",
                    },
                ),
                migrations.AlterModelOptions(
                    "HistoricalMandate",
                    {
                        "get_latest_by": ("history_date", "history_id"),
                        "ordering": ("-history_date", "-history_id"),
                        "verbose_name": "historical mandate",
                        "verbose_name_plural": "historical mandates",
                    },
                ),
            ],
        ),
    )
