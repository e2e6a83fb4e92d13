"""Tables made at once are the tables that Django makes one operation after another."""

from __future__ import annotations

import pytest
from django.db import connection, migrations, models
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from udsyn.desk.kernel.at_once import AtOnce


def key(to):
    return models.ForeignKey(to, models.CASCADE, related_name="+")


def prize_table():
    number = ("id", models.BigAutoField(primary_key=True))
    return [
        migrations.CreateModel("Prize", [number, ("title", models.CharField(max_length=9))]),
        migrations.CreateModel("Member", [number, ("won", models.ManyToManyField("far.Prize", related_name="+"))]),
        migrations.CreateModel("Jury", [number, ("chair", key("far.Member"))]),
        migrations.AddField("Prize", "year", models.IntegerField(default=2026)),
        migrations.AddField("Prize", "jury", key("far.Jury")),
        migrations.AlterField("Prize", "title", models.CharField(max_length=20)),
        migrations.AddIndex("Prize", models.Index(fields=["title"], name="prize_title")),
        migrations.AddConstraint("Prize", models.CheckConstraint(condition=models.Q(year__gt=0), name="prize_year")),
    ]


def words_and_columns():
    return [
        migrations.AddField("Prize", "note", models.TextField(default="")),
        migrations.AddField("Prize", "cap", models.IntegerField(null=True)),
        migrations.AddField("Prize", "shown", models.BooleanField(default=True), preserve_default=False),
        migrations.AlterField("Prize", "title", models.CharField("title", max_length=20, help_text="short")),
        migrations.AlterModelOptions("Prize", {"verbose_name": "prize"}),
    ]


@pytest.fixture
def migrate(django_db_blocker):
    """The tables and the last state of an empty database after these migrations, each a kind and its operations."""

    def run(*steps):
        empty = DatabaseWrapper(connection.settings_dict | {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"})
        state = ProjectState()
        for number, (kind, operations) in enumerate(steps):
            step = type("Step", (kind,), {"operations": operations})(f"{number}", "far")
            with empty.schema_editor() as editor:
                assert state.apps is not None  # as the executor has it
                state = step.apply(state, editor)
        with empty.cursor() as cursor:
            return state.models, cursor.execute("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2").fetchall()

    with django_db_blocker.unblock():
        yield run


def test_the_same_tables(migrate):
    models_at_once, tables = migrate((AtOnce, prize_table()), (AtOnce, words_and_columns()))
    models_after_another, expected = migrate(
        (migrations.Migration, prize_table()), (migrations.Migration, words_and_columns())
    )
    assert models_at_once == models_after_another
    assert [row[:2] for row in tables] == [row[:2] for row in expected]
    assert len(tables) > 8
    found, wanted = (next(sql for _t, name, sql in rows if name == "far_prize") for rows in (tables, expected))
    assert sorted(found[:-1].split(", ")) == sorted(wanted[:-1].split(", "))


@pytest.mark.parametrize(
    "change",
    [
        migrations.AlterField("Prize", "title", models.CharField(max_length=30)),
        migrations.AddField("Prize", "heir", key("far.Member")),
        migrations.RunPython(migrations.RunPython.noop),
        migrations.DeleteModel("Prize"),
    ],
)
def test_an_old_table_is_changed_by_a_migration_of_the_usual_kind(migrate, change):
    with pytest.raises(ValueError, match="makes tables at once, and cannot"):
        migrate((AtOnce, prize_table()), (AtOnce, [change]))


def test_every_room_makes_its_first_tables_at_once():
    """A room's first migration took seconds of every new desk: `class Migration(AtOnce)` takes hundredths."""
    first = {
        str(step)
        for step in MigrationLoader(None).disk_migrations.values()
        if step.__module__.startswith("udsyn.") and step.initial and not isinstance(step, AtOnce)
    }
    assert not first
