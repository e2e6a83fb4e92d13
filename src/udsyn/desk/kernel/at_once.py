"""A migration whose tables are made at once.

Django draws a model, and every model related to it, anew after each operation. A room's first migration has a hundred
operations on tables that all hang together: drawn once, it takes a tenth of the time, and makes the same tables.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.models import CreateModel
from django.db.migrations.state import ProjectState


class AtOnce(migrations.Migration):
    """Makes new tables, each as it stands at the end of the migration; old ones may get words, and columns that point
    to no other table.

    Raises ValueError for another change of an old table: that belongs to a migration of Django's own kind.
    """

    def apply(self, project_state: ProjectState, schema_editor: Any, collect_sql: bool = False) -> ProjectState:
        before = project_state.clone()
        project_state.__dict__.pop("apps", None)  # drawn again when it is asked for, once
        after: ProjectState = self.mutate_state(project_state, preserve=False)
        new = [operation for operation in self.operations if isinstance(operation, CreateModel)]
        made = {operation.name_lower for operation in new}
        old = [operation for operation in self.operations if self.table(operation) not in made]
        columns = [step for step in old if isinstance(step, migrations.AddField) and not step.field.is_relation]
        for operation in old:
            if operation not in columns and self.changes(operation, schema_editor, before, after):
                raise ValueError(f"{self} makes tables at once, and cannot {operation.describe()} of an old one.")
        for operation in new:
            operation.database_forwards(self.app_label, schema_editor, before, after)
        for column in columns:
            column.database_forwards(self.app_label, schema_editor, before, after)
            drawn = before.apps.get_model(self.app_label, column.model_name)
            field: Any = column.field  # the stubs know no clone()
            drawn.add_to_class(column.name, field.clone())  # SQLite copies it with the next column
        return after

    def table(self, operation: Operation) -> str:
        return str(getattr(operation, "model_name_lower", getattr(operation, "name_lower", "")))

    def changes(self, operation: Operation, schema_editor: Any, before: ProjectState, after: ProjectState) -> bool:
        """Whether the database must be told: not of labels, choices, orders."""
        if isinstance(operation, migrations.AlterField):
            was, is_now = (s.apps.get_model(self.app_label, operation.model_name) for s in (before, after))
            fields = (model._meta.get_field(operation.name) for model in (was, is_now))
            return bool(schema_editor._field_should_be_altered(*fields))
        return not isinstance(operation, migrations.AlterModelOptions)
