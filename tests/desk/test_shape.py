"""A desk of an earlier version is told of and left alone, not answered with an error of its database."""

import sqlite3
from contextlib import closing

from django.db.migrations.loader import MigrationLoader
from tests.desk.cast import ROLES, udsyn

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
