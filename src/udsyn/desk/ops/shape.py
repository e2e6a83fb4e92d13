"""Whether the database has this version's shape: the migrations that it has had, beside those that the code brings."""

from __future__ import annotations

from pathlib import Path

from udsyn.errors import UsageError


def known() -> set[str]:
    """The migrations of this version as APP.NAME, of whatever app; told by their files, none of which is loaded."""
    from django.apps import apps

    folders = {config.label: Path(config.path) / "migrations" for config in apps.get_app_configs()}
    return {f"{app}.{file.stem}" for app, folder in folders.items() for file in folder.glob("[0-9]*.py")}


def applied() -> set[str]:
    """Those that the database has had; none, where it is still to be made."""
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    return {f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()}


def waiting() -> int:
    """How many migrations wait."""
    return len(known() - applied())


def demand(folder: Path) -> None:
    """Raise UsageError where a desk is not made yet, or was left by an earlier version: no list could be read."""
    had = applied()
    if not had:
        raise UsageError(f"{folder} holds no desk yet: make one with `udsyn desk migrate --desk {folder}`.")
    if left := known() - had:
        raise UsageError(
            f"the desk in {folder} is of an earlier version (migrations that wait: {len(left)}): keep a backup with "
            f"`udsyn desk backup`, then bring it along with `udsyn desk migrate --desk {folder}`."
        )
