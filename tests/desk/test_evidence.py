"""Evidence on a partner's page: from the record, each figure with its origin, in both languages, and at once."""

from __future__ import annotations

import json
import re
from collections import defaultdict

import pytest
from django.urls import reverse
from django.utils import translation

from udsyn.desk.evidence import findings, sayings
from udsyn.desk.evidence import partner as evidence
from udsyn.desk.rooms.parties.models import Country
from udsyn.evidence.question import Question

pytestmark = pytest.mark.django_db
ORIGIN = {"definition": "ties", "counting": "full", "source": "openalex", "snapshot": "2026-10-01", "coverage": 0.9876}


@pytest.fixture
def shelf(tmp_path, monkeypatch, settings):
    """A record that is named, with findings for KR as a record would give them, and nothing slow yet."""
    record = tmp_path / "record"
    record.mkdir()
    (record / "record.json").write_text('{"version": 1, "sources": {}}')
    monkeypatch.setenv("UDSYN_RECORD", str(record))
    settings.FOLDER = tmp_path
    place = findings.shelf(tmp_path, "DK")
    years = [{"year": y, "works": 1000.0 + y, "share": 0.0123, "observed_expected": 1.5} for y in (2025, 2024)]
    notes = ["year: 2025, the last complete one.", "a note that nobody has translated."]
    quick = {
        "ties": {"rows": years, "origin": ORIGIN, "notes": notes, "missing": None},
        "projects": {"rows": [], "origin": None, "notes": [], "missing": "no register of projects is held: read one."},
        "shares": {"rows": [], "origin": ORIGIN, "notes": [], "missing": None},
        "strengths": {"rows": [], "origin": None, "notes": [], "missing": "the record holds no works. Ingest some."},
    }
    place.folder.mkdir(parents=True)
    place.file("KR", slow=False).write_text(json.dumps(quick))
    return place


def slow(place, low=-0.1, p=0.2):
    row = {"estimator": "gravity", "effect": 0.25, "low": low, "high": 0.6, "mde": 0.2, "lowest": 0.2, "highest": 0.3}
    row |= {"together": 0.25, "together_low": low, "together_high": 0.6, "together_p": p}
    row |= {"from": 2012, "years": "2002-2021", "dated": 10}
    people = [{"name": "Aurora Delphinus", "institution": "Han River Institute", "works": 12, "last_year": 2025}]
    found = {
        "effect": {"rows": [row], "origin": ORIGIN, "notes": [], "missing": None},
        "places": {"rows": [], "origin": ORIGIN, "notes": [], "missing": None},
        "people": {"rows": people, "origin": ORIGIN, "notes": [], "missing": None},
        "centre_effect": {"rows": [row | {"from": 2013, "dated": 7}], "origin": ORIGIN, "notes": [], "missing": None},
    }
    place.file("KR", slow=True).write_text(json.dumps(found))


def words(page):
    return re.sub(r"<[^>]+>", " ", page.content.decode())


def test_figures_stand_with_their_origin_in_the_readers_language(shelf, client_as):
    row = Country.objects.get(code="KR")
    address = reverse("detail", args=["countries", row.pk])
    english = words(client_as("officer").get(address))
    assert (
        "definition ties · full counting · source openalex · snapshot 2026-10-01 · country known for 98.8 %" in english
    )
    assert "1.23 %" in english
    with translation.override("da"):
        danish = words(client_as("officer").get(address.replace("/en/", "/da/")))
    assert "definition ties · fuld tælling · kilde openalex" in danish
    assert "98,8 %" in danish
    assert "år: 2025, det seneste hele." in danish
    assert "datagrundlaget har ingen publikationer" in danish


def test_what_is_slow_is_wished_for_and_never_worked_out_in_the_request(shelf, client_as, monkeypatch):
    def never(*_args):
        raise AssertionError("asked in the request")

    monkeypatch.setattr(findings, "SLOW", dict.fromkeys(findings.SLOW, never))
    row = Country.objects.get(code="KR")
    page = words(client_as("officer").get(reverse("detail", args=["countries", row.pk])))
    assert page.count("is being worked out") == 3
    assert (shelf.wishes / "KR").exists()


def test_wishes_are_fulfilled_once(shelf, monkeypatch):
    asked = []

    def answer(_record, question):
        asked.append((question.home, question.partner))
        return {"rows": [], "origin": None, "notes": [], "missing": "nothing"}

    monkeypatch.setattr(findings, "SLOW", dict.fromkeys(findings.SLOW, answer))
    shelf.answer("KR")
    assert shelf.fulfil([]) == ["KR"]
    assert shelf.fulfil(["KR", "DK"]) == []
    assert asked == [("DK", "KR")] * len(findings.SLOW)
    assert not (shelf.wishes / "KR").exists()


def test_a_new_record_is_asked_anew(shelf, tmp_path):
    (tmp_path / "record/record.json").write_text('{"version": 1, "sources": {"new": {}}}')
    assert findings.shelf(tmp_path, "DK").held("KR", slow=False) is None


def test_people_who_opt_out_are_gone_from_the_page_and_from_the_folder(shelf, tmp_path, monkeypatch):
    slow(shelf)
    assert shelf.held("KR", slow=True)["people"]["rows"]
    (tmp_path / "record/contacts").mkdir()
    (tmp_path / "record/contacts/optout.txt").write_text("A5\n")
    after = findings.shelf(tmp_path, "DK")
    assert after.held("KR", slow=True) is None
    nobody = {"rows": [], "origin": None, "notes": [], "missing": "nobody"}
    after.work_out("KR", {"people": lambda *_: nobody}, record="not read")
    assert not [f for f in tmp_path.rglob("*.json") if "Aurora Delphinus" in f.read_text()]


@pytest.mark.parametrize(
    ("low", "p", "says"),
    [
        (
            -0.1,
            0.2,
            "2021: +20 % to +30 % by estimator, taken as one +25 % (95 % interval −10 % to +60 %): cannot be told",
        ),
        (0.01, 0.04, "looked at alone more than chance gives; as one of 10 agreements with a date it cannot be told."),
        (0.05, 0.004, "more than chance alone gives, also as one of 10 agreements with a date."),
    ],
)
def test_an_effect_is_said_no_surer_than_its_interval(shelf, low, p, says):
    slow(shelf, low, p)
    with translation.override("en"):
        found = {str(f.heading): f for f in evidence.evidence_of("DK", "KR").findings}
    assert says in found["Did the agreement make a difference?"].lead
    assert "+25 %" in found["Did the agreement make a difference?"].lead
    assert found["Did the centre make a difference?"].lead.startswith("Centre of 2013, joint works until 2021: +20 %")


def test_of_a_centre_that_is_not_there_no_word_is_said(shelf):
    """Neither a table nor the sentence that something is missing: nothing could be judged."""
    slow(shelf)
    found = json.loads(shelf.file("KR", slow=True).read_bytes())
    found["centre_effect"] = {"rows": [], "origin": None, "notes": [], "missing": None}
    shelf.file("KR", slow=True).write_text(json.dumps(found))
    with translation.override("en"):
        page = evidence.evidence_of("DK", "KR")
    assert not [heading for one in page.findings if "centre" in (heading := str(one.heading))]
    assert not [one for one in page.missing if "centre" in str(one)]
    assert findings.centre_effect(None, Question("DK", "TR"))["rows"] == []  # asked of no record: the facts hold none


def test_a_change_below_one_per_cent_is_not_written_as_none(shelf):
    slow(shelf, low=0.0032)
    with translation.override("da"):
        found = {str(f.heading): f for f in evidence.evidence_of("DK", "KR").findings}
    assert "+0,3 % til +60 %" in found["Gjorde aftalen en forskel?"].lead


def test_people_are_shown_to_colleagues_only(shelf, client_as):
    slow(shelf)
    address = reverse("detail", args=["countries", Country.objects.get(code="KR").pk])
    assert "Aurora Delphinus" in words(client_as("officer").get(address))
    assert "Aurora Delphinus" not in words(client_as("client").get(address))
    assert "Aurora Delphinus" not in words(client_as("visitor").get(address, follow=True))


def test_every_note_of_the_evidence_has_its_danish():
    from udsyn.evidence.differences import WIDENED
    from udsyn.evidence.effect.findings import LIMITS, LIMITS_OF_CENTRES
    from udsyn.evidence.sources import Source, chosen
    from udsyn.evidence.strengths import WEIGHTS, level_note, notes_of
    from udsyn.evidence.teams import ALONE, IN_SLICE, MEASURED, MEASURED_THERE, NOT_COUNTED, NOT_MEASURED
    from udsyn.evidence.ties import missing_notes

    panel = Source("panel", False, None, None, 2025, (chosen("panel", {"panel": 2, "other": 1}),))
    said = [*LIMITS, *LIMITS_OF_CENTRES, *notes_of(panel, WEIGHTS, 50), *missing_notes([], panel, "DK", "KR")]
    bare = [defaultdict(lambda: None)]
    said += [
        *missing_notes(bare, panel, "DK", "KR"),
        *(
            ALONE,
            MEASURED,
            MEASURED_THERE,
            WIDENED,
            MEASURED + IN_SLICE.format(assumed=2.5, slice="DK and KR"),
            NOT_COUNTED.format(assumed=2.5),
            NOT_MEASURED.format(assumed=2.5, source="panel"),
            level_note([{"enough": True}], 0.9),
        ),
        "Left out: 1.2% of the weight has no institution, or one whose place is not known.",
    ]
    assert [note for note in said if sayings.danish(note) is None] == []


def test_a_note_without_danish_is_marked_as_english():
    with translation.override("da"):
        assert sayings.said_in("<b>new</b>") == '<span lang="en">&lt;b&gt;new&lt;/b&gt;</span>'


def test_every_field_has_its_danish_name():
    from udsyn.world.setting import topics

    fields = {topic.field_name for topic in topics()}
    assert len(fields) == 26
    with translation.override("da"):
        assert [name for name in fields if sayings.field_in(name) == name] == []
        assert evidence.strong_in_words([{"name": "Energy"}, {"name": "Immunology and Microbiology"}]) == (
            "Begge lande er stærke i energi; immunologi og mikrobiologi."
        )
    assert sayings.field_in("Energy") == "Energy"


def test_figures_of_a_sample_are_not_called_the_worlds_and_the_page_says_so_on_top(shelf, client_as):
    file = shelf.file("KR", slow=False)
    held = json.loads(file.read_text())
    told = ORIGIN | {"extent": "sample", "source_works": 5571}
    shares = [{"country": "KR", "year": 2025, "share_full": 0.551, "share_fractional": 0.5}]
    held["shares"] = {"rows": shares, "origin": told, "notes": [], "missing": None}
    file.write_text(json.dumps(held))
    address = reverse("detail", args=["countries", Country.objects.get(code="KR").pk])
    page = client_as("officer").get(address).content.decode()
    assert "A sample, not the world (openalex)" in page
    assert page.index("A sample, not the world") < page.index("Share of the works held")
    assert "Share of the world" not in page
    assert "a sample" in page
    held["shares"]["origin"] = told | {"extent": "complete"}
    file.write_text(json.dumps(held))
    page = client_as("officer").get(address).content.decode()
    assert "A sample, not the world" not in page
    assert "Share of the world&#x27;s works" in page
