"""The database itself refuses to change or delete a line of the ledger."""

from typing import Any

from django.db import migrations

from udsyn.desk.kernel.new_desk import BesideTables

SQLITE = """
CREATE TRIGGER ledger_{0} BEFORE {0} ON core_entry
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END
"""
POSTGRESQL = """
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$;
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE ON core_entry
FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_no_truncate BEFORE TRUNCATE ON core_entry
FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
"""


def protect(apps: Any, schema: Any) -> None:
    if schema.connection.vendor == "postgresql":
        schema.execute(POSTGRESQL, params=None)
    else:
        for action in ("UPDATE", "DELETE"):
            schema.execute(SQLITE.format(action))


def release(apps: Any, schema: Any) -> None:
    if schema.connection.vendor == "postgresql":
        schema.execute("DROP FUNCTION ledger_refuse() CASCADE", params=None)
    else:
        for action in ("UPDATE", "DELETE"):
            schema.execute(f"DROP TRIGGER ledger_{action}")


class Migration(migrations.Migration):
    dependencies = (("core", "0001_initial"),)
    operations = (BesideTables(protect, release),)
