"""Technology at the desk: who builds on our science, a firm's line to patent and paper, and firms as candidates."""

from __future__ import annotations

import datetime as dt
import html
import re

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from udsyn import world
from udsyn.desk.evidence import inventing, listed
from udsyn.desk.rooms.parties.models import Country
from udsyn.desk.rooms.service.models import Candidate, Request
from udsyn.desk.rooms.service.states import OPEN
from udsyn.desk.rooms.technology.models import Offer
from udsyn.desk.rooms.technology.workflow import is_vouched_for
from udsyn.evidence.technology.crossed import FEW, NEITHER, OURS
from udsyn.record.ingest import ingest_openalex
from udsyn.record.patents import load

pytestmark = pytest.mark.django_db
WORKS = 3_000


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """The record of a small generated world with its patents, and what was planted there."""
    out = tmp_path_factory.mktemp("technology")
    truth = world.build(out / "world", works=WORKS, seed=5)["patents"]
    ingest_openalex(out / "world", out / "record", lambda _: None)
    load(out / "record", out / "world" / world.FAMILIES, "google", source="generated", licence="generated")
    load(out / "record", out / "world" / world.CITATIONS, "citations", source="generated", licence="generated")
    return out / "record", truth


@pytest.fixture
def record(loaded, monkeypatch, db):
    monkeypatch.setenv("UDSYN_RECORD", str(loaded[0]))
    return loaded[1]


@pytest.fixture
def case(actor_as):
    """An open request about Korea that the attaché there works on."""
    found = Request.objects.visible_to(actor_as("attache"), "change").filter(state__in=OPEN)
    row = next(row for row in found if row.partner.code == "KR")
    row.candidates.filter(state="found").delete()
    return row


def firms(text):
    """The names of firms on a page, in their order."""
    return [html.unescape(name) for name in re.findall(r"<h3>(?:<input[^>]*> <label[^>]*>)?\d+\. ([^<]+)<", text)]


def test_planted_users_are_named_with_patent_and_paper(record, client_as):
    page = client_as("attache").get(
        reverse("technology_builders"), {"country": "KR", "q": "electroly, hydrogen, fuel cell"}
    )
    text = page.content.decode()
    named = [name.split()[0].upper() for name in firms(text)]
    planted = {name.upper() for name in record["users"]}
    assert len(planted & set(named[: len(planted)])) >= 0.7 * len(planted)
    for article in re.findall(r"<article>.*?</article>", text, re.DOTALL):
        assert "/desk/technology/family/" in article
        assert "https://doi.org/10.5555/generated." in article
    address = re.search(r'href="([^"]*/desk/technology/family/\d+/)"', text)[1]
    family = client_as("attache").get(address).content.decode()
    assert "worldwide.espacenet.com/patent/search?q=pn%3DUS9000" in family
    assert "https://doi.org/10.5555/generated." in family
    assert "C25B1/04" in family


def test_words_are_beginnings_and_a_part_between_commas_stands_as_it_is(record, client_as):
    def count(words):
        page = client_as("officer").get(reverse("technology_builders"), {"country": "KR", "q": words})
        return len(page.context["found"].rows)

    assert 0 < count("electroly") <= count("") < 100
    assert count("zzz") == 0
    assert count("lectroly") == 0, "the middle of a word is no beginning"
    wrong = client_as("officer").get(reverse("technology_builders"), {"country": "KR", "q": "--"})
    assert "beginnings of words" in wrong.content.decode()


def test_firms_become_candidates_once_with_their_reasons(record, client_as, case):
    client = client_as("attache")
    asked = {"country": "KR", "q": "electroly", "request": case.pk}
    names = firms(client.get(reverse("technology_builders"), asked).content.decode())[:2]
    for _ in range(2):
        answer = client.post(reverse("technology_builders"), {**asked, "take": [*names, "Invented by the sender Ltd."]})
        assert answer.status_code == 302
    taken = Candidate.objects.filter(request=case, state="found")
    assert sorted(taken.values_list("name", flat=True)) == sorted(names)
    one = taken.get(name=names[0])
    assert (one.institution, one.country.code, str(one)) == (names[0], "KR", names[0])
    assert all(" ← W" in reason for reason in one.reasons)
    assert "taken" in client.get(reverse("technology_builders"), asked).content.decode()
    shown = client.get(reverse("detail", args=["requests", case.pk])).content.decode()
    assert f"/desk/technology/?country=KR&amp;request={case.pk}" in shown


def test_a_listed_firm_is_told_and_stops_at_the_gate(record, client_as, case, monkeypatch):
    client = client_as("attache")
    asked = {"country": "KR", "q": "electroly", "request": case.pk}
    name = firms(client.get(reverse("technology_builders"), asked).content.decode())[0]
    seen = []

    def standing(partners, _day):
        seen.extend(partners)
        return [(one[0], None) for one in partners if one[0] == name]

    monkeypatch.setattr(listed, "standing", standing)
    text = client.get(reverse("technology_builders"), asked).content.decode()
    assert text.count("a list names it, or may") == 1
    client.post(reverse("technology_builders"), {**asked, "take": [name]})
    candidate = Candidate.objects.get(request=case, name=name)
    candidate.state = "vetted"
    candidate.save()
    from udsyn.desk.rooms.service import commands

    seen.clear()
    monkeypatch.setattr(listed, "standing", lambda partners, day: seen.extend(partners) or [])
    commands.insecure(case)
    assert (name, "KR") in seen, "the gate asks the lists for the firm"


@pytest.mark.parametrize(("role", "status"), [("visitor", 302), ("client", 403), ("attache", 200), ("auditor", 200)])
def test_only_colleagues_ask_by_words(record, client_as, role, status):
    assert client_as(role).get(reverse("technology_builders"), {"country": "KR"}).status_code == status
    assert client_as(role).get(reverse("technology_family", args=["90000001"])).status_code == status


def test_firms_go_only_into_requests_that_one_works_on(record, client_as, case):
    asked = {"country": "KR", "q": "electroly", "request": case.pk, "take": ["x"]}
    assert client_as("auditor").post(reverse("technology_builders"), asked).status_code == 422


def test_a_partners_page_for_everybody_in_both_languages(record, client_as):
    path = reverse("technology_with", args=["KR"])
    text = client_as("visitor").get(path).content.decode()
    planted = {name.upper() for name in record["users"]}
    named = [html.unescape(name) for name in re.findall(r"<li><strong>([^<]+)</strong>", text)]
    assert len(named) == 10
    assert sum(name.split()[0].upper() in planted for name in named) >= 7
    assert "worldwide.espacenet.com" in text
    assert "/desk/technology/" not in text, "no way to the colleagues' pages"
    assert "generated: generated" in text, "the terms of the sources"
    with translation.override("da"):
        danish = client_as("visitor").get(reverse("technology_with", args=["KR"])).content.decode()
    assert "Hvem i Sydkorea bygger på vores forskning" in danish
    assert client_as("visitor").get(reverse("technology_with", args=["DK"])).status_code == 404
    assert client_as("visitor").get(reverse("technology"), {"country": "KR"}).url == path
    country = Country.objects.get(code="KR")
    assert path in client_as("client").get(reverse("detail", args=["countries", country.pk])).content.decode()


def test_the_picture_of_science_and_technology_names_what_meets(client_as, monkeypatch):
    """A point is coloured and named where the two meet; the table says the same in figures."""
    figures = {
        f"{side}_{kind}{end}": value
        for side in ("home", "partner")
        for kind in ("science", "technology")
        for end, value in (("", 2.0), ("_low", 1.5), ("_high", 3.0))
    }
    few = {"home_technology_families": 9.0, "partner_technology_families": 40.0}
    rows = [
        {"name": "Fuel <cells> of a very long name", "meets": OURS, **figures, **few},
        {"name": "Optics", "meets": NEITHER, **figures, **few, "home_science": None},
        {"name": "Law", "meets": FEW, **figures, **dict.fromkeys(few, 1.0)},
    ]
    monkeypatch.setattr(inventing, "crossed", lambda code: rows)
    text = client_as("visitor").get(reverse("technology_with", args=["KR"])).content.decode()
    ours, theirs = re.findall(r'<svg class="chart square".*?</svg>', text, re.DOTALL)
    assert ours.count("told-mark") == 1
    assert ours.count("point-mark") == 0, "what is unknown is no point"
    assert theirs.count("told-mark") == 0
    assert theirs.count("point-mark") == 2
    assert ">Fuel &lt;cells&gt; of a very lo…<" in ours
    assert "Law" not in text, "too few families"
    assert "2.00 (1.50–3.00)" in text
    monkeypatch.setattr(inventing, "crossed", lambda code: [])
    assert "chart square" not in client_as("visitor").get(reverse("technology_with", args=["KR"])).content.decode()


def test_without_patents_pages_say_so(client_as, monkeypatch):
    monkeypatch.delenv("UDSYN_RECORD", raising=False)
    assert "No patents are held" in client_as("visitor").get(reverse("technology_with", args=["KR"])).content.decode()
    asked = client_as("attache").get(reverse("technology_builders"), {"country": "KR"})
    assert "No patents are loaded" in asked.content.decode()
    assert client_as("attache").get(reverse("technology_family", args=["1"])).status_code == 404


def test_an_offer_that_has_run_out_is_not_opened():
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    offer = Offer(contact="Harbour Labs", expires=yesterday)
    assert "run out" in str(is_vouched_for(offer))
    offer.expires = timezone.localdate()
    assert is_vouched_for(offer) is None
