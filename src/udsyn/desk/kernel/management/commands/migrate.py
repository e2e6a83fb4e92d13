"""Django's `migrate`, which makes the tables of a new desk at once."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from udsyn.desk.kernel.new_desk import make_tables

ONLY_PART = ("app_label", "fake", "fake_initial", "plan", "check_unapplied", "prune")


class Command(migrate.Command):
    def handle(self, *arguments: Any, **options: Any) -> None:
        if not any(options[name] for name in ONLY_PART):
            make_tables(connections[options["database"]])
        super().handle(*arguments, **options)
