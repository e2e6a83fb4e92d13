"""Ties of before Udsyn: 500 rows of names, matched with reasons, doubts asked, looked at before storing, undone."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from tests.evidence.made_records import write

from udsyn.desk.evidence import following
from udsyn.desk.kernel import finds, ties
from udsyn.desk.kernel.finds import Find
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.kernel.ties import Tie
from udsyn.desk.rooms.outcomes import earlier, notices
from udsyn.desk.rooms.outcomes.models import EarlierTie
from udsyn.desk.tools import imports
from udsyn.errors import UdsynError
from udsyn.record.engine import Record
from udsyn.record.tables import AUTHORSHIPS, INSTITUTIONS, WORKS

pytestmark = pytest.mark.django_db
ROWS = 500
HOUSES = {
    1: ("Northern Harbour University", "DK"),
    2: ("Eastern Gate University", "KR"),
    3: ("Far Coast College", "US"),
}
LETTERS = "bcdfgklmpt"
HEADING = "Dato;Slags;Dansk navn;Dansk institution;Partner navn;Partner institution;Partnerland"


def spelled(number: int, start: str) -> str:
    """A name of letters that nobody else has, however it is spelled."""
    return start + "".join(LETTERS[int(c)] for c in f"{number:04d}")


def ours(n: int) -> str:
    return f"Anna {spelled(n, 'Berg')}"


def theirs(n: int) -> str:
    return f"Bora {spelled(n, 'Kim')}"


@pytest.fixture(scope="module")
def record(tmp_path_factory) -> Record:
    """Pairs by their number modulo 5: 0 wrote together before; 1 are told by their houses; 2 has a namesake in the same
    house, who is in doubt; 3 is known by name only; 4 is nobody in the record. Each wrote together after the tie."""
    made = Record.create(tmp_path_factory.mktemp("earlier") / "record")
    rows, years = [], []

    def work(year: int, *people: tuple[int, str, int]) -> None:
        years.append(year)
        rows.extend((len(years), seq, *person) for seq, person in enumerate(people, 1))

    for n in range(ROWS):
        if n % 5 == 4:
            continue
        one, other = (10_000 + n, ours(n), 1), (20_000 + n, theirs(n), 2)
        if n % 5 == 0:
            work(2011, one, other)
        work(2012, one)
        work(2012, other)
        if n % 5 == 2:
            work(2013, (30_000 + n, theirs(n), 2))
        if n % 5 != 0:
            work(2012, (40_000 + n, "Stranger Nobody", 3))
        if n % 5 < 2:
            work(2020, one, other)
    number = np.arange(1, len(years) + 1)
    columns = {"work": number, "year": np.array(years, np.int16), "source": np.full(len(years), "made")}
    columns |= {"title": np.array([f"Work {n}" for n in number]), "type": np.full(len(years), "article")}
    write(made, WORKS, columns | {"topic": np.ones(len(years), np.int32)})
    held = [np.array(column) for column in zip(*rows, strict=True)]
    country = np.array([HOUSES[house][1] for house in held[4]])
    names = ("work", "seq", "author", "name", "institution")
    write(made, AUTHORSHIPS, dict(zip(names, held, strict=True)) | {"country": country})
    houses = [np.array(column) for column in zip(*((n, *house) for n, house in HOUSES.items()), strict=True)]
    write(made, INSTITUTIONS, dict(zip(("institution", "name", "country"), houses, strict=True)))
    made.write_manifest(made.manifest() | {"sources": {}})
    return made


@pytest.fixture
def named(record, monkeypatch) -> Record:
    monkeypatch.setenv("UDSYN_RECORD", str(record.path))
    return record


def sheet() -> bytes:
    """Names of all; houses where they are what tells."""
    lines = [HEADING]
    for n in range(ROWS):
        ours_at, theirs_at = (HOUSES[1][0], HOUSES[2][0]) if n % 5 in (1, 2) else ("", "")
        lines.append(f"{1 + n % 28}.3.2015;stay;{ours(n)};{ours_at};{theirs(n)};{theirs_at};KR")
    return "\n".join(lines).encode()


@pytest.fixture
def officer(actor_as):
    return actor_as("officer")


@pytest.fixture
def stored(named, officer):
    looked = imports.look("before.csv", sheet(), RESOURCES["earliertie"], officer)
    imports.store(looked, officer)
    return looked


def told(n: int) -> EarlierTie:
    return EarlierTie.objects.get(b_name=theirs(n))


def test_a_dry_run_says_who_was_found_and_why_and_stores_nothing(named, officer):
    looked = imports.look("before.csv", sheet(), RESOURCES["earliertie"], officer)
    assert looked.plan["counts"] == {"new": ROWS}
    assert not looked.plan["problems"]
    notes = {line["row"] - 2: line["note"] for line in looked.plan["lines"]}
    assert "A20000" in notes[0]
    assert "joint publications: 2" in notes[0]
    assert "works of theirs name Eastern Gate University" in notes[1]
    assert "2 may be meant" in notes[2]
    assert "1 may be meant" in notes[3]
    assert "nobody in the record" in notes[4]
    assert not EarlierTie.objects.exists()


def test_who_is_told_by_more_than_a_name_is_found_and_nobody_else(stored):
    assert EarlierTie.objects.count() == ROWS
    for row in EarlierTie.objects.all():
        n = int("".join(str(LETTERS.index(c)) for c in row.b_name[-4:]))
        assert row.a_author == (f"A{10_000 + n}" if n % 5 < 3 else ""), n
        assert row.b_author == (f"A{20_000 + n}" if n % 5 < 2 else ""), n
        assert row.doubts == {2: 1, 3: 2}.get(n % 5, 0), n


def waits(actor) -> set[str]:
    return {str(item.title) for item in notices.waiting(actor, timezone.localdate())}


def test_a_colleague_answers_a_doubt_and_only_what_was_asked(stored, officer, client_as):
    row = told(2)
    page = client_as("officer").get(RESOURCES["earliertie"].url(row)).content.decode()
    assert "A20002" in page
    assert "A30002" in page
    with pytest.raises(PermissionDenied):
        earlier.answer(row, "b", "A1", officer)
    with pytest.raises(PermissionDenied):
        earlier.answer(row, "a", "A10002", officer)
    assert waits(officer) == {"200 ties of before"}
    answered = client_as("officer").post(reverse("outcomes_who", args=[row.pk]), {"side": "b", "who": "A20002"})
    assert answered.status_code == 302
    assert (told(2).b_author, told(2).doubts) == ("A20002", 0)
    assert waits(officer) == {"199 ties of before"}
    earlier.answer(told(3), "b", earlier.NOBODY, officer)
    assert (told(3).b_author, told(3).doubts) == ("", 1)
    assert client_as("client").post(reverse("outcomes_who", args=[row.pk]), {}).status_code == 404
    assert client_as("other_attache").get(RESOURCES["earliertie"].url(row)).status_code == 404


def test_the_ledger_takes_them_the_record_says_what_came_and_all_is_undone(stored, named, officer, tmp_path):
    again = imports.look("before.csv", sheet(), RESOURCES["earliertie"], officer)
    assert again.plan["counts"] == {"same": ROWS}
    ties.collect()
    assert Tie.objects.filter(kind="earliertie", instrument="stay", status="made").count() == ROWS
    assert Tie.objects.filter(kind="introduction", status="made").exists()  # of another room's rows, and untouched
    following.follow_all(tmp_path, named)
    came = Find.objects.filter(kind="earliertie", state="found")
    assert {find.tie.b_name for find in came} == {theirs(n) for n in range(ROWS) if n % 5 < 2}
    assert set(came.values_list("day__year", flat=True)) == {2020}
    assert Tie.objects.get(b_name=theirs(0)).before == 1
    imports.undo(stored, officer)
    assert not EarlierTie.objects.exists()
    ties.collect()
    assert not Tie.objects.filter(kind="earliertie").exclude(status="gone").exists()


def test_what_somebody_confirmed_stands_against_undoing(stored, named, officer, tmp_path):
    ties.collect()
    following.follow_all(tmp_path, named)
    finds.say(Find.objects.filter(kind="earliertie").first(), finds.CONFIRMED, "Ann")
    with pytest.raises(Exception, match="cannot be undone"):
        imports.undo(stored, officer)
    assert EarlierTie.objects.count() == ROWS


def test_without_a_record_the_sheet_is_stored_all_the_same(officer, monkeypatch):
    monkeypatch.delenv("UDSYN_RECORD", raising=False)
    looked = imports.look("before.csv", sheet(), RESOURCES["earliertie"], officer)
    imports.store(looked, officer)
    assert EarlierTie.objects.filter(b_author="", doubts=0).count() == ROWS


def test_a_record_that_cannot_be_read_stops_no_sheet(named, officer, monkeypatch):
    def broken(*_asked):
        raise UdsynError("the record is damaged")

    monkeypatch.setattr(earlier, "recognise", broken)
    looked = imports.look("before.csv", sheet(), RESOURCES["earliertie"], officer)
    assert {line["note"] for line in looked.plan["lines"]} == {"the record is damaged"}
    assert looked.plan["counts"] == {"new": ROWS}


def test_a_tie_needs_both_names_or_both_organisations():
    one = EarlierTie(date=dt.date(2015, 3, 1), a_name="Ann", b_organisation="Somewhere")
    with pytest.raises(Exception, match="both"):
        one.clean()
