"""Whom the record proposes to a participant: by works, topics and chains of joint works, and never a co-author."""

from __future__ import annotations

import numpy as np
import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from tests.evidence.made_records import write

from udsyn.desk.rooms.events import fitting, links, wishing
from udsyn.desk.rooms.events.models import Attendee, Event
from udsyn.record import care
from udsyn.record.engine import Record
from udsyn.record.tables import AUTHORSHIPS, INSTITUTIONS, TOPICS, WORKS

pytestmark = pytest.mark.django_db
#: author → name, institution
PEOPLE = {1: ("Ann Isenkram", 1), 2: ("Bo Membran", 2), 3: ("Carl Middel", 2), 4: ("Dora Medforfatter", 1)}
#: title, topic, authors
PAPERS = (
    ("Electrolysers at sea", 1, (1, 3)),
    ("Electrolysers in harbours", 1, (1, 4)),
    ("Membranes for electrolysis that last", 2, (2, 3)),
    ("Electrolysers and their membranes", 1, (2,)),
    ("Music of the harbour", 3, (3,)),
)


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    made = Record.create(tmp_path_factory.mktemp("fitting") / "record")
    number = np.arange(1, len(PAPERS) + 1)
    works = {"work": number, "year": np.full(len(PAPERS), 2023, np.int16), "source": np.full(len(PAPERS), "made")}
    works |= {"title": np.array([paper[0] for paper in PAPERS]), "type": np.full(len(PAPERS), "article")}
    works |= {"authors": np.array([len(paper[2]) for paper in PAPERS], np.int32)}
    write(made, WORKS, works | {"topic": np.array([paper[1] for paper in PAPERS], np.int32)})
    rows = [(n, seq, who, *PEOPLE[who]) for n, paper in enumerate(PAPERS, 1) for seq, who in enumerate(paper[2], 1)]
    held = dict(
        zip(("work", "seq", "author", "name", "institution"), map(np.array, zip(*rows, strict=True)), strict=True)
    )
    country = np.array(["DK" if place == 1 else "KR" for place in held["institution"]])
    write(made, AUTHORSHIPS, held | {"country": country})
    houses = {"institution": np.array([1, 2]), "name": np.array(["Harbour University", "Gate University"])}
    write(made, INSTITUTIONS, houses | {"country": np.array(["DK", "KR"])})
    write(made, TOPICS, {"topic": np.array([1, 2, 3]), "name": np.array(["Electrolysis", "Membranes", "Music"])})
    made.write_manifest(made.manifest() | {"sources": {}})
    return made


@pytest.fixture
def people(record, monkeypatch):
    """Ann asks; Bo fits, Dora is her co-author; both are on the list of an event."""
    monkeypatch.setenv("UDSYN_RECORD", str(record.path))
    event = Event.objects.get(kind_of="matchmaking", state="open")

    def come(author, **said):
        given, family = PEOPLE[author][0].split()
        row = Attendee(event=event, given_name=given, family_name=family, email=f"a{author}@fit.example", shown=True)
        row.state, row.author, row.organisation_name = "coming", f"A{author}", f"House {author}"
        for name, value in said.items():
            setattr(row, name, value)
        row.save()
        return row

    return come(1, seeks="Membranes"), come(2), come(4, offers="Membranes")


def test_works_topics_and_the_way_are_the_reasons_and_a_co_author_is_not_proposed(people):
    ann, bo, dora = people
    (found,) = wishing.suggestions(ann, [bo, dora])
    assert found.whom == bo
    first, shared, new, way = found.reasons
    assert first == "wrote “Electrolysers and their membranes” (2023), which fits what you look for: membranes"
    assert shared == "publishes on your topics: Electrolysis"
    assert new == "adds what you do not work on: Membranes"
    assert way == "you are linked by joint works through Carl Middel"


def test_who_opted_out_is_neither_proposed_by_the_record_nor_named_between(people, record):
    ann, bo, _dora = people
    care.opt_out(record, 3)
    try:
        (found,) = wishing.suggestions(ann, [bo])
        assert not any("Carl" in reason for reason in found.reasons)
        care.opt_out(record, 2)
        assert wishing.suggestions(ann, [bo]) == []
    finally:
        (care.folder(record) / care.OPTOUT).unlink()


def test_the_page_says_that_there_is_no_record_and_looks_up_who_asks_for_it(people, client_as, monkeypatch):
    ann, _bo, _dora = people
    Attendee.objects.filter(pk=ann.pk).update(author="", organisation_name="Harbour University")
    page, visitor = reverse("event_mine", args=[links.token(ann)]), client_as("visitor")
    assert "You are not looked up" in visitor.get(page).content.decode()
    assert visitor.post(page, {"do": "look_up"}).status_code == 302
    ann.refresh_from_db()
    assert (ann.author, ann.topics) == ("A1", "Electrolysis")
    assert "You are not looked up" not in visitor.get(page).content.decode()
    monkeypatch.delenv("UDSYN_RECORD")
    assert "No record of publications is named" in visitor.get(page).content.decode()
    with pytest.raises(ValidationError, match="No record"):
        fitting.look_up(ann, links.guest(ann))


def test_who_is_not_one_person_for_certain_is_not_taken(people):
    ann, _bo, _dora = people
    ann.given_name, ann.family_name, ann.author = "Nobody", "Known", ""
    with pytest.raises(ValidationError, match="for certain"):
        fitting.look_up(ann, links.guest(ann))
    assert ann.author == ""
