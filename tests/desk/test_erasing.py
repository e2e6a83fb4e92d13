"""A person who was planted in every room and is erased: nothing of them is left, and the ledger verifies."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, models, transaction
from tests.desk import canary

from udsyn.desk.kernel import ledger
from udsyn.desk.kernel.models import Entry, Index
from udsyn.desk.kernel.personal import STAYS, declared
from udsyn.desk.kernel.privacy import Erasure, Restriction
from udsyn.desk.rooms.parties.models import Person
from udsyn.desk.tools import erasing

pytestmark = pytest.mark.django_db


@pytest.fixture
def planted(actor_as, settings, tmp_path):
    settings.FILES, settings.FOLDER = tmp_path / "files", tmp_path
    return canary.plant(actor_as("officer"))


def test_the_canary_stands_in_every_declared_table(planted):
    """What the proof below rests on: it could fail in every room."""
    _person, rows = planted
    assert {one.model for one in declared() if one.erase != STAYS} == set(rows)
    tables = {table for table, _column, _value in canary.traces()}
    held = {one.model._meta.db_table for one in declared() if one.erase != STAYS and can_say(one)}
    assert held - tables == set()
    assert {"core_entry", "core_index", "core_comment", "core_message", "core_import"} <= tables
    assert sum("historical" in table for table in tables) > 8


def can_say(one):
    """Does it empty a column that a name can stand in? Not where that is a number or a choice."""
    columns = [one.model._meta.get_field(name) for name in one.fields]
    return any(isinstance(column, models.TextField | models.JSONField) or column.max_length for column in columns)


def test_nothing_is_left_of_whoever_was_erased(planted, actor_as, django_capture_on_commit_callbacks, tmp_path):
    person, _rows = planted
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "KR.json").write_text(f'{{"people": ["{canary.NAME}"]}}')
    with django_capture_on_commit_callbacks(execute=True):
        kept = erasing.erase(person, actor_as("officer"), f"{canary.NAME} asked for it", with_files=True)
    assert canary.traces() == []
    assert [p for p in tmp_path.rglob("*") if p.is_file() and b"xolotl" in p.read_bytes()] == []
    verdict = ledger.verify()
    assert verdict.whole, verdict.broken
    assert verdict.emptied > 20
    assert kept.done["person"] == 1
    listed = {"kind": "person", "object_id": person.pk, "with_files": True}
    assert (tmp_path / erasing.LIST).read_text() == json.dumps(listed) + "\n"


def test_others_keep_what_is_theirs(planted, actor_as):
    """Only rows of the person, and words that name them, are touched."""
    person, rows = planted
    mine = {(model._meta.model_name, row.pk) for model, row in rows.items()}
    before = {p.pk: (p.full_name, p.email) for p in Person.objects.exclude(pk=person.pk)}
    found = {(one.kind, one.object_id): one.folded for one in Index.objects.exclude(folded__contains="xolotl")}
    erasing.erase(person, actor_as("officer"))
    assert before == {p.pk: (p.full_name, p.email) for p in Person.objects.exclude(pk=person.pk)}
    assert all(
        Index.objects.get(kind=kind, object_id=pk).folded == folded
        for (kind, pk), folded in found.items()
        if (kind, pk) not in mine
    )


def test_emptying_a_line_without_saying_so_shows(planted):
    line = Entry.objects.order_by("seq").last()
    Entry.objects.filter(pk=line.pk).update(label="", salt="")
    assert f"line {line.seq} was changed" in ledger.verify().broken[0]


@pytest.mark.parametrize("change", [{"label": "another"}, {"action": ""}, {"actor_id": None}, {"hash": ""}])
def test_the_database_lets_nothing_be_changed_but_emptied(planted, change):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.filter(pk=Entry.objects.order_by("seq").last().pk).update(**change)


def test_a_namesake_is_not_touched_where_only_the_name_is_said(planted, actor_as):
    person, _rows = planted
    other = Person.objects.create(given_name="Zéphyrine", family_name="Quåxolotl", email="other@example.org")
    erasing.erase(person, actor_as("officer"))
    other.refresh_from_db()
    assert other.full_name == canary.NAME
    assert any("Agreed with" in value for _table, _column, value in canary.traces()), "a person must look at these"
    assert not any(canary.EMAIL.lower() in value.lower() for _table, _column, value in canary.traces())


def test_what_is_restricted_is_not_erased(planted, actor_as):
    person, _rows = planted
    Restriction.objects.create(kind="person", object_id=person.pk)
    with pytest.raises(ValidationError, match="restriction"):
        erasing.erase(person, actor_as("officer"))
    assert Erasure.objects.count() == 0
    assert Person.objects.get(pk=person.pk).email == canary.EMAIL
