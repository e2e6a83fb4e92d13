"""A project sketch at the desk: the answer of the command line, nothing kept unasked, text that is only ever text."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from udsyn.desk.kernel.models import Entry
from udsyn.desk.rooms.funds.models import CallTyped, FundSearch
from udsyn.evidence.funds.sketch import Partner, Sketch, fitting_sketch
from udsyn.record.calls import load

pytestmark = pytest.mark.django_db
ON = dt.date(2026, 3, 2)
LISTS = """snapshot,list_date,code,name,open_date,close_date,budget
a,2026-03-01,HORIZON-CL5-2026-01-D3-02,Low-temperature electrolysis for hydrogen,2026-01-01,2026-04-15,
a,2026-03-01,HORIZON-EIC-2026-PATHFINDER-01,Electrolysis challenge,2026-01-01,2026-05-01,
a,2026-03-01,HORIZON-CL5-2026-01-D3-03,Wind farms at sea,2026-01-01,2026-04-01,
a,2026-03-01,HORIZON-CL5-2025-01-D3-02,Electrolysis of yesterday,2025-01-01,2025-04-15,
"""
SAID = {"title": "Electrolysis", "text": "Low-temperature cells", "partners": "Danmark\nKR\n\n Danmark "}


@pytest.fixture
def record(tmp_path, monkeypatch):
    (tmp_path / "lists.csv").write_text(LISTS, encoding="utf-8")
    load(tmp_path / "record", tmp_path / "lists.csv", "dated-lists", retrieved=ON)
    monkeypatch.setenv("UDSYN_RECORD", str(tmp_path / "record"))
    monkeypatch.setattr(timezone, "localdate", lambda *_: ON)
    CallTyped.objects.all().delete()
    return tmp_path / "record"


def sent(client, **said):
    return client.post(reverse("funds_sketch"), {**SAID, **said})


def test_the_page_answers_as_the_command_line(record, client_as):
    page = sent(client_as("visitor"))
    assert page.status_code == 200
    partners = [Partner(country=code) for code in ("DK", "KR")]
    rows = fitting_sketch(record, Sketch(title=SAID["title"], text=SAID["text"], partners=partners), ON)
    assert [row["id"] for row in rows] == ["HORIZON-CL5-2026-01-D3-02", "HORIZON-EIC-2026-PATHFINDER-01"]
    shown = page.context["calls"]
    assert [{"rank": place, **one.told} for place, one in enumerate(shown, 1)] == [
        {name: value for name, value in row.items() if name != "partners"} for row in rows
    ]
    text = page.content.decode()
    for one in shown:
        assert one.row["title"] in text
        assert all(country["clause"][:40] in text for country in one.each)
    assert "What would change it" in text
    assert "Wind farms" not in text
    assert "yesterday" not in text


def test_nothing_is_kept_unless_it_is_saved(record, client_as):
    before = Entry.objects.count(), FundSearch.objects.count()
    for role in ("visitor", "officer"):
        page = sent(client_as(role), title="Electrolysis of nobody else")
        assert page.status_code == 200
        assert "Electrolysis of nobody else" not in page.request["QUERY_STRING"]
    assert (Entry.objects.count(), FundSearch.objects.count()) == before
    assert sent(client_as("visitor"), keep="yes").status_code == 200
    assert FundSearch.objects.count() == before[1], "a visitor keeps nothing"
    assert sent(client_as("client"), title="Electrolysis of mine", keep="yes").status_code == 302
    kept = FundSearch.objects.get(name="Electrolysis of mine")
    assert (kept.text, kept.country.code, kept.owner.person is not None) == ("Electrolysis of mine", "KR", True)
    assert SAID["text"] not in str(vars(kept))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"title": " "}, "required"),
        ({"title": "x" * 301}, "300"),
        ({"text": "x" * 20_001}, "20000"),
        ({"partners": ""}, "required"),
        ({"partners": "Atlantis"}, "“Atlantis” is no country"),
        ({"partners": "https://ror.org/0aaaaaa00"}, "is no country"),
        ({"partners": "\n".join(f"P{n}" for n in range(41))}, "More than 40"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(said, words, record, client_as):
    page = sent(client_as("visitor"), **said)
    assert page.status_code == 422
    assert words in page.content.decode().replace("20,000", "20000")
    assert "calls" not in page.context


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", "{{ settings.SECRET_KEY }}", "%(line)s %s", "' OR 1=1 --", "W1", "\u202ea"]
)
def test_text_is_only_ever_text(hostile, record, client_as):
    for place in SAID:
        page = sent(client_as("visitor"), **{place: f"{SAID[place]} {hostile}" if place != "partners" else hostile})
        assert page.status_code in (200, 422)
        assert "<script>alert" not in page.content.decode()
    assert sent(client_as("visitor"), title=hostile, text="electrolysis").status_code == 200


def test_danish_and_a_desk_without_a_record(client_as, monkeypatch):
    monkeypatch.delenv("UDSYN_RECORD", raising=False)
    CallTyped.objects.all().delete()
    assert "No open or coming call" in sent(client_as("visitor")).content.decode()
    with translation.override("da"):
        page = client_as("visitor").get(reverse("funds_sketch")).content.decode()
        refused = sent(client_as("visitor"), partners="Atlantis").content.decode()
    assert "Intet af det, du skriver, gemmes" in page
    assert "Danmark" in page
    assert "»Atlantis« er intet land" in refused
