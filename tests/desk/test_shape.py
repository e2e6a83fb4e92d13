"""A desk of an earlier version is told of and left alone, not answered with an error of its database."""

import sqlite3
from contextlib import closing

import pytest
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from tests.desk.cast import ROLES, udsyn

from udsyn.desk.kernel.new_desk import make_tables
from udsyn.desk.ops import shape


def test_what_the_files_say_is_what_the_framework_loads() -> None:
    assert shape.known() == {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}


def test_a_desk_of_an_earlier_version_is_told_of(folder) -> None:
    with closing(sqlite3.connect(folder / "desk.sqlite3")) as database:
        database.execute("DELETE FROM django_migrations WHERE app = 'events' AND name LIKE '0004%'")
        database.commit()
    people = folder.parent / "people.csv"
    people.write_text("Name;E-mail\nBo Prøve;bo@example.org\n", encoding="utf-8")
    done = udsyn("import", people, "--as", "people", "--user", ROLES["officer"], "--desk", folder, "--store")
    assert done.returncode == 2
    assert "of an earlier version (migrations that wait: 1)" in done.stderr
    assert f"`udsyn desk migrate --desk {folder}`" in done.stderr
    assert "Traceback" not in done.stderr
    kept = udsyn("backup", folder.parent / "before.tar.gz", "--desk", folder)
    assert (kept.returncode, (folder.parent / "before.tar.gz").exists()) == (0, True)
    assert "migrations wait" in udsyn("check", "--desk", folder).stderr


def test_a_folder_without_a_desk_is_told_of(tmp_path) -> None:
    done = udsyn("daily", "--desk", tmp_path / "new")
    assert done.returncode == 2
    assert "holds no desk yet" in done.stderr


def test_an_empty_database_gets_every_table_at_once_and_another_none(django_db_setup, django_db_blocker) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the new database is made beside SQLite's")
    with django_db_blocker.unblock():
        connections.settings["new"] = connection.settings_dict | {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": ":memory:",
        }
        new = connections["new"]
        try:
            make_tables(new)
            made = set(new.introspection.table_names())
            assert made >= {"core_entry", "parties_person", "service_request", "stays_stay", "django_migrations"}
            with new.cursor() as cursor:
                (noted,) = cursor.execute("SELECT count(*) FROM django_migrations").fetchone()
                triggers = cursor.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'").fetchone()[0]
                cursor.execute("DROP TABLE stays_stay")
            assert noted == len(shape.known())
            assert triggers > 0
            make_tables(new)
            assert set(new.introspection.table_names()) == made - {"stays_stay"}, "what holds a desk is left alone"
        finally:
            new.close()
            del connections["new"], connections.settings["new"]
