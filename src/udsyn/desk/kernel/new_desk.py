"""A new desk's tables, made at once as all migrations together leave them.

Played one after another, the migrations of all apps since their first day take many times as long, to the same end: a
desk of a release that comes along by them is compared with a new one in the tests.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.db.migrations.executor import MigrationExecutor


class BesideTables(migrations.RunPython):
    """What no model says of its table, such as a trigger: a desk whose tables are made at once needs it too."""


def make_tables(connection: Any) -> None:
    """Make every table of an empty database, and note every migration as done. Leaves any other database alone."""
    executor = MigrationExecutor(connection)
    loader, recorder = executor.loader, executor.recorder
    tables = set(connection.introspection.table_names()) - {recorder.Migration._meta.db_table}
    if tables or loader.applied_migrations or loader.detect_conflicts():
        return
    recorder.ensure_schema()
    steps = [step for step, _back in executor.migration_plan(loader.graph.leaf_nodes())]
    apps = loader.project_state().apps
    with connection.schema_editor() as editor:
        for model in apps.get_models():
            if model._meta.can_migrate(connection):
                editor.create_model(model)
        for operation in (operation for step in steps for operation in step.operations):
            if isinstance(operation, BesideTables):
                operation.code(apps, editor)
        for step in steps:
            recorder.record_applied(step.app_label, step.name)
