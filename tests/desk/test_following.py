"""What came of ties: asked of the record, kept once, and what a person struck stays struck."""

from __future__ import annotations

import datetime as dt
import sqlite3
import sys
from contextlib import closing

import numpy as np
import pytest
from tests import starting
from tests.desk.cast import clean
from tests.evidence.made_records import write

from udsyn.desk.evidence import following
from udsyn.desk.kernel import finds, ties
from udsyn.desk.kernel.finds import Find
from udsyn.desk.kernel.permissions import NOBODY
from udsyn.desk.kernel.rooms import Room, Ties
from udsyn.desk.kernel.ties import End, Said, Tie
from udsyn.desk.rooms.service.models import Introduction
from udsyn.record.care import CORRECTIONS, FOLDER, OPTOUT
from udsyn.record.engine import Record
from udsyn.record.tables import AUTHORSHIPS, PARTICIPATIONS, WORKS

pytestmark = pytest.mark.django_db
DAY = dt.date(2020, 3, 2)
WORKS_OF = {1: (2019, (1, 2)), 2: (2021, (1, 2)), 3: (2022, (1, 2)), 4: (2022, (1, 3))}


@pytest.fixture
def record(tmp_path) -> Record:
    """Four works: one before, two after, one with somebody else."""
    made = Record.create(tmp_path / "record")
    work = np.array(list(WORKS_OF))
    year = np.array([year for year, _ in WORKS_OF.values()], np.int16)
    title = np.array([f"Work {number}" for number in WORKS_OF])
    write(made, WORKS, {"work": work, "year": year, "title": title, "source": np.full(len(work), "made")})
    rows = [(number, author) for number, (_, authors) in WORKS_OF.items() for author in authors]
    write(made, AUTHORSHIPS, {"work": np.array([w for w, _ in rows]), "author": np.array([a for _, a in rows])})
    return made


@pytest.fixture
def tie(monkeypatch) -> Tie:
    """One tie that a room says."""
    row = Introduction.objects.first()
    said = Said(row, "made", DAY, End("Ann", author="A1"), End("Bo", author="A2"))
    monkeypatch.setattr(ties, "rooms", lambda: (Room("made", ties=(Ties(("made",), lambda: iter([said])),)),))
    Tie.objects.all().delete()
    ties.collect()
    return Tie.objects.get()


def held() -> list[tuple[str, str]]:
    return list(Find.objects.order_by("ident").values_list("ident", "state"))


def test_works_after_the_tie_are_found_once(record, tie, tmp_path):
    assert following.follow_all(tmp_path, record) == {"followed": 1, "found": 2}
    assert following.follow_all(tmp_path, record) == {"followed": 1, "found": 0}
    (tmp_path / following.PLACE).unlink()  # as after a kill: all is read anew
    assert following.follow_all(tmp_path, record) == {"followed": 1, "found": 0}
    assert held() == [("W2", "found"), ("W3", "found")]
    tie.refresh_from_db()
    assert tie.before == 1
    assert Find.objects.get(ident="W2").title == "Work 2"


def test_what_is_struck_stays_struck_and_what_is_confirmed_stays(record, tie, tmp_path):
    following.follow_all(tmp_path, record)
    finds.say(Find.objects.get(ident="W2"), finds.STRUCK, "Ann")
    finds.say(Find.objects.get(ident="W3"), finds.CONFIRMED, "Ann")
    Tie.objects.update(looked="")
    following.follow_all(tmp_path, record)
    assert held() == [("W2", "struck"), ("W3", "confirmed")]
    finds.store(tie, (), whole=True)
    assert held() == [("W2", "struck"), ("W3", "confirmed")]


def test_what_the_record_no_longer_says_is_gone_and_comes_back(record, tie, tmp_path):
    following.follow_all(tmp_path, record)
    seen = finds.Seen("work", "W2", DAY, "both", "sure")
    finds.store(tie, [seen], whole=True)
    assert held() == [("W2", "found"), ("W3", "gone")]
    finds.store(Tie.objects.get(), [seen, finds.Seen("work", "W3", DAY, "both", "sure")], whole=True)
    assert held() == [("W2", "found"), ("W3", "found")]


def test_nothing_is_kept_of_who_says_no(record, tie, tmp_path):
    following.follow_all(tmp_path, record)
    Tie.objects.update(a_follow=False)
    following.follow_all(tmp_path, record)
    assert held() == []
    assert Tie.objects.get().before is None


def test_a_stop_midway_loses_nothing(record, tie, tmp_path, monkeypatch):
    monkeypatch.setattr(following, "write_atomically", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        following.follow_all(tmp_path, record)
    monkeypatch.undo()
    assert following.follow_all(tmp_path, record)["found"] == 0
    assert len(held()) == 2


def test_finds_are_seen_by_those_who_see_what_made_the_tie(record, tie, tmp_path, actor_as):
    following.follow_all(tmp_path, record)
    for actor in (actor_as("officer"), actor_as("client"), NOBODY):
        seen = tie.parent is not None and actor.can("view", tie.parent)
        assert Find.objects.visible_to(actor).count() == (2 if seen else 0)


def test_ties_are_collected_with_few_statements(tie, monkeypatch, django_assert_max_num_queries):
    row = Introduction.objects.first()
    many = [Said(row, "made", DAY, End(f"Ann {n}"), End("Bo")) for n in range(1000)]
    monkeypatch.setattr(ties, "rooms", lambda: (Room("made", ties=(Ties(("made",), lambda: iter(many)),)),))
    with django_assert_max_num_queries(60):
        assert ties.collect() == {"ties": 1000}
    with django_assert_max_num_queries(3):  # nothing differs: nothing is written
        ties.collect()
    assert Tie.objects.filter(instrument="made").exclude(status="gone").count() == 1000


def test_people_are_no_institutions(tie):
    """A person's tie is never answered with the works of the house they were in."""
    Tie.objects.update(a_ror="https://ror.org/035b05819")
    assert following.frame(Tie.objects.all())["a_ror"].to_list() == [""]
    Tie.objects.update(level=ties.ORGANISATION)
    assert following.frame(Tie.objects.all())["a_ror"].to_list() == ["https://ror.org/035b05819"]


def test_a_tie_that_is_said_otherwise_is_looked_for_again(record, tie, tmp_path, monkeypatch):
    following.follow_all(tmp_path, record)
    row = Introduction.objects.first()
    said = Said(row, "made", dt.date(2022, 1, 1), End("Ann", author="A1"), End("Bo", author="A2"))
    monkeypatch.setattr(ties, "rooms", lambda: (Room("made", ties=(Ties(("made",), lambda: iter([said])),)),))
    ties.collect()
    following.follow_all(tmp_path, record)
    assert held() == [("W2", "gone"), ("W3", "found")]
    assert Tie.objects.get().before == 2


def test_an_id_that_is_merged_later_is_looked_for_everywhere(record, tie, tmp_path):
    """A2 and A3 turn out to be one: the work with A3 came before, and is found now."""
    following.follow_all(tmp_path, record)
    assert held() == [("W2", "found"), ("W3", "found")]
    care = record.path / FOLDER
    care.mkdir()
    (care / CORRECTIONS).write_text("merge: [[A2, A3]]\n")
    assert following.follow_all(tmp_path, record) == {"followed": 1, "found": 1}
    assert held() == [("W2", "found"), ("W3", "found"), ("W4", "found")]
    (care / OPTOUT).write_text("A2\n")
    following.follow_all(tmp_path, record)
    assert held() == []


def test_a_day_is_looked_through_with_as_few_statements_however_many_ties_there_are(
    record, tie, tmp_path, django_assert_max_num_queries
):
    following.follow_all(tmp_path, record)
    told = {"kind": tie.kind, "object_id": tie.object_id, "instrument": "other", "level": "person", "status": "made"}
    sides = {"a_sure": "sure", "b_sure": "sure", "date": DAY, "looked": following.LOOKED}
    Tie.objects.bulk_create(Tie(key=str(n), a_author=f"A{10 + n}", **told, **sides) for n in range(1000))
    with django_assert_max_num_queries(12):
        assert following.follow_all(tmp_path, record) == {"followed": 1001, "found": 0}


def test_projects_of_both_organisations_are_found_by_their_names_in_cordis(record, tie, tmp_path, monkeypatch):
    """Names in capitals and without accents; one of the same name in another country is another."""
    names = [
        (11, "KOBENHAVNS UNIVERSITET", "DK"),
        (12, "SEOUL TEST UNIVERSITY", "KR"),
        (13, "SEOUL TEST UNIVERSITY", "US"),
    ]
    taking = [(900, 11), (900, 12), (901, 11), (901, 13), (902, 11), (902, 12)]
    begun = {900: dt.date(2021, 1, 1), 901: dt.date(2021, 1, 1), 902: dt.date(2018, 1, 1)}
    named = {number: (name, country) for number, name, country in names}
    columns = {
        "project": [project for project, _ in taking],
        "organisation": [number for _, number in taking],
        "name": [named[number][0] for _, number in taking],
        "country": [named[number][1] for _, number in taking],
        "start_date": np.array([begun[project] for project, _ in taking], dtype="datetime64[D]"),
    }
    write(record, PARTICIPATIONS, {name: np.array(values) for name, values in columns.items()})
    ours, theirs = End("Københavns Universitet", country="DK"), End("Seoul Test University", country="KR")
    said = Said(Introduction.objects.first(), "made", DAY, ours, theirs, ties.ORGANISATION)
    monkeypatch.setattr(ties, "rooms", lambda: (Room("made", ties=(Ties(("made",), lambda: iter([said])),)),))
    ties.collect()
    following.follow_all(tmp_path, record)
    assert list(Find.objects.filter(what="project").values_list("ident", "day")) == [("900", begun[900])]


KILLED = """
import os, sys
from pathlib import Path
from udsyn.desk.ops import office
office.start(sys.argv[1])
from udsyn.desk.evidence import following
following.BATCH = 1
left = int(sys.argv[3])
store = following.store
def told(*asked):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), 9)
    return store(*asked)
following.store = told
from udsyn.record.care import CORRECTIONS, FOLDER, OPTOUT
from udsyn.record.engine import Record
print(following.follow_all(Path(sys.argv[1]), Record(Path(sys.argv[2]))))
"""


def test_a_kill_midway_loses_nothing_and_finds_nothing_twice(record, folder):
    """The process is killed between two ties, again and again; in the end every tie has its finds once."""
    with closing(sqlite3.connect(folder / "desk.sqlite3")) as desk, desk:
        columns = [row[1] for row in desk.execute("PRAGMA table_info(core_tie)") if row[1] != "id"]
        filled = dict.fromkeys(columns, "") | {"rating": None, "before": None, "a_follow": None, "b_follow": None}
        filled |= {"kind": "introduction", "object_id": 1, "level": "person", "date": str(DAY), "status": "made"}
        filled |= {"a_sure": "sure", "b_sure": "sure", "a_author": "A1", "b_author": "A2", "instrument": "made"}
        places = ", ".join("?" * len(filled))
        desk.execute("DELETE FROM core_tie")
        for number in range(4):
            row = filled | {"key": str(number)}
            desk.execute(f"INSERT INTO core_tie ({', '.join(row)}) VALUES ({places})", list(row.values()))
    ended = []
    for left in (1, 2, 9):
        ended.append(starting.run([sys.executable, "-c", KILLED, folder, record.path, left], clean()).returncode)
    assert ended == [-9, -9, 0]
    with closing(sqlite3.connect(folder / "desk.sqlite3")) as desk:
        found = desk.execute("SELECT tie_id, ident, count(*) FROM core_find GROUP BY 1, 2").fetchall()
        assert len(found) == 4 * 2
        assert {number for _tie, _ident, number in found} == {1}
        assert desk.execute("SELECT DISTINCT before FROM core_tie").fetchall() == [(1,)]


def test_a_record_of_panels_alone_is_asked_about_nobody(tie, tmp_path):
    """It names no authors: that a pair wrote nothing together is then unknown, and not nought."""
    following.follow_all(tmp_path, Record.create(tmp_path / "panels"))
    tie.refresh_from_db()
    assert tie.before is None
    assert held() == []
