"""What came of ties: asked of the record, kept once, and what a person struck stays struck."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest
from tests.evidence.made_records import write

from udsyn.desk.evidence import following
from udsyn.desk.kernel import finds, ties
from udsyn.desk.kernel.finds import Find
from udsyn.desk.kernel.permissions import NOBODY
from udsyn.desk.kernel.rooms import Room, Ties
from udsyn.desk.kernel.ties import End, Said, Tie
from udsyn.desk.rooms.service.models import Introduction
from udsyn.record.engine import Record
from udsyn.record.tables import AUTHORSHIPS, WORKS

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
    tie.a_ror = "https://ror.org/035b05819"
    assert following.frame([tie])["a_ror"].to_list() == [""]
    assert isinstance(following.frame([tie]), pl.DataFrame)
