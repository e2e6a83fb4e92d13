"""What names somebody in a line of the ledger may be emptied; the database still refuses any other change."""

from typing import Any

from django.db import migrations

from udsyn.desk.kernel.new_desk import BesideTables

STAYS = ("seq", "at", "actor_id", "roles", "action", "kind", "object_id", "previous", "hash")
MAY_GO = ("actor_name", "label", "fields", "before", "after", "reason", "salt")
SQLITE = """
CREATE TRIGGER ledger_{0} BEFORE {0} ON core_entry {1}
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END
"""
POSTGRESQL = """
CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
IF TG_OP = 'UPDATE' THEN IF {0} THEN RETURN NEW; END IF; END IF;
RAISE EXCEPTION 'the ledger is append-only';
END $$;
"""


def only_emptied(same: str) -> str:
    """The condition that a change empties columns and does nothing else."""
    stays = [f"NEW.{name} {same} OLD.{name}" for name in STAYS]
    goes = [f"NEW.{name} IN ('', OLD.{name})" for name in MAY_GO]
    return " AND ".join([*stays, *goes])


def allow(apps: Any, schema: Any) -> None:
    if schema.connection.vendor == "postgresql":
        schema.execute(POSTGRESQL.format(only_emptied("IS NOT DISTINCT FROM")), params=None)
        return
    for action, when in (("UPDATE", f"WHEN NOT ({only_emptied('IS')})"), ("DELETE", "")):
        schema.execute(f"DROP TRIGGER IF EXISTS ledger_{action}")  # adding a column made the table anew, without them
        schema.execute(SQLITE.format(action, when))


def refuse(apps: Any, schema: Any) -> None:
    """Back to refusing every change."""
    if schema.connection.vendor == "postgresql":
        schema.execute(POSTGRESQL.format("FALSE"), params=None)
        return
    for action in ("UPDATE", "DELETE"):
        schema.execute(f"DROP TRIGGER IF EXISTS ledger_{action}")
        schema.execute(SQLITE.format(action, ""))


class Migration(migrations.Migration):
    dependencies = (("core", "0013_privacy"),)
    operations = (BesideTables(allow, refuse),)
