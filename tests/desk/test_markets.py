"""Markets at the desk: tenders with the right to bid, a partner's market, need profiles that tell, codes confirmed."""

from __future__ import annotations

import datetime as dt
import html
import json
from types import SimpleNamespace

import pytest
import yaml
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone, translation
from icalendar import Calendar

from udsyn import demo
from udsyn.desk.evidence import buying
from udsyn.desk.kernel.models import Message
from udsyn.desk.rooms.markets import commands, notices, panels
from udsyn.desk.rooms.markets.models import NeedProfile
from udsyn.desk.rooms.parties.models import Country
from udsyn.evidence.markets.needs import Need
from udsyn.world import markets

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 5, 20)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("markets")
    markets.write(folder, seed=7)
    demo.read_markets(folder / "record", folder / markets.FOLDER)
    return folder / "record", json.loads((folder / markets.FOLDER / "truth.json").read_bytes())


@pytest.fixture
def record(loaded, monkeypatch, db):
    """The record of the desk on a day in May, and what was planted in it."""
    monkeypatch.setenv("UDSYN_RECORD", str(loaded[0]))
    monkeypatch.setattr(timezone, "localdate", lambda *_: TODAY)
    NeedProfile.objects.all().delete()
    return loaded[1]


def planted(truth, country=None, code=None, on=TODAY):
    """Tenders that are open on a day, by what was planted: never by what the product answers."""
    return {
        ocid
        for number, (ocid, one) in enumerate(truth.items())
        if country in (None, one["country"])
        and (code is None or one["code"].startswith(code))
        and (one["status"], one["winner"]) == ("published", None)
        and dt.date(2026, 1 + number % 9, 3) <= on <= dt.date(2026, 4 + number % 9, 15)
    }


def profile(actor, **changed):
    values = {"name": "Electrolysers", "text": "electrolysers for green hydrogen", "words": "electroly\neletrolis"}
    codes = changed.pop("codes", ())
    row = commands.keep(NeedProfile(**{**values, **changed}), actor)
    return commands.confirm(row, codes, actor) if codes else row


def country(code):
    return Country.objects.get(code=code)


def test_a_search_finds_the_planted_tenders_and_says_who_may_bid(record, client_as):
    for code, said in (("BR", "no agreement gives a right"), ("DK", None)):
        answer = client_as("visitor").get(reverse("markets"), {"country": code})
        if said is None:
            assert answer.status_code == 422, "home is no market abroad"
            continue
        assert answer.context["count"] == len(planted(record, code))
        assert said in answer.content.decode()
    whole = client_as("visitor").get(reverse("markets"), {"q": "eletrolis, electroly"})
    assert {one["notice"] for one in whole.context["tenders"]} <= planted(record)
    before = client_as("visitor").get(reverse("markets"), {"on": "2025-12-01"})
    assert before.context["count"] == 0, "nothing was published yet"
    assert client_as("visitor").get(reverse("markets"), {"on": "2026-13-40"}).status_code == 422
    assert client_as("visitor").get(reverse("markets"), {"q": "--"}).context["count"] == 0


def test_a_partners_market_for_everybody_in_both_languages(record, client_as):
    page = client_as("visitor").get(reverse("markets_with", args=["BR"]))
    text = page.content.decode()
    assert page.context["count"] == len(planted(record, "BR"))
    assert "8543 machines and apparatus for electrolysis" in text
    assert "+25\N{NO-BREAK SPACE}%" in html.unescape(text), "as was planted"
    with translation.override("da"):
        danish = client_as("visitor").get(reverse("markets_with", args=["BR"])).content.decode()
    assert "ingen aftale giver ret" in danish
    assert "Markedet i Brasilien nu" in danish
    assert "Kilde: Generated trade 202601, HS17. Listen over varer er fra 2017" in danish
    feed = client_as("visitor").get(reverse("markets_deadlines", args=["BR"])).content
    entries = Calendar.from_ical(feed).walk("VEVENT")
    assert len({str(entry["UID"]) for entry in entries}) == len(planted(record, "BR"))
    assert client_as("visitor").get(reverse("markets_with", args=["DK"])).status_code == 404


def test_without_a_record_pages_say_so(client_as, monkeypatch):
    monkeypatch.delenv("UDSYN_RECORD", raising=False)
    assert "No tenders are loaded" in client_as("visitor").get(reverse("markets")).content.decode()
    assert (
        "Neither tenders nor trade" in client_as("visitor").get(reverse("markets_with", args=["BR"])).content.decode()
    )


def test_only_confirmed_codes_are_asked_for(record, client_as, actor_as):
    client, actor = client_as("attache"), actor_as("attache")
    row = profile(actor, words="", country=country("BR"))
    assert commands.found(row) == []
    page = client.get(reverse("need_codes", args=[row.pk])).content.decode()
    assert f'value="{markets.SCHEME}:42100000"' in page, "a label that fits is proposed"
    assert "checked" not in page
    answer = client.post(
        reverse("need_codes", args=[row.pk]), {"code": [f"{markets.SCHEME}:42000000"], "more": "hs:854330"}
    )
    assert answer.status_code == 302
    row.refresh_from_db()
    assert {one["notice"] for one in commands.found(row)} == planted(record, "BR", "42")
    text = client.get(reverse("detail", args=["needs", row.pk])).content.decode()
    assert "Nordlys Brint A/S (generated)" in text, "who won such before"
    assert "How large the market is" in text
    assert "Generated trade 202601" in text
    wrong = client.post(reverse("need_codes", args=[row.pk]), {"more": "854330"})
    assert wrong.status_code == 422
    assert "name a code as cpv:42994200" in wrong.content.decode()
    held = Need.model_validate(yaml.safe_load(client.get(reverse("need_file", args=[row.pk])).content))
    assert held.confirmed() == {markets.SCHEME: ["42000000"], "hs": ["854330"]}
    client.post(reverse("need_codes", args=[row.pk]), {"code": []})
    row.refresh_from_db()
    assert (row.codes, row.confirmed_on) == ([], None)


def test_a_profile_is_its_owners_and_shared_ones_are_read_by_colleagues(record, client_as, actor_as):
    own = profile(actor_as("client"))
    shared = profile(actor_as("attache"), shared=True)
    for role, row, seen in (
        ("client", own, 200),
        ("officer", own, 404),
        ("visitor", own, 302),
        ("officer", shared, 200),
        ("client", shared, 404),
    ):
        assert client_as(role).get(reverse("detail", args=["needs", row.pk])).status_code == seen, (role, row.pk)
        assert client_as(role).get(reverse("need_file", args=[row.pk])).status_code == seen
    assert client_as("officer").get(reverse("need_codes", args=[shared.pk])).status_code == 403
    assert client_as("officer").post(reverse("need_codes", args=[shared.pk]), {"more": "cpv:1"}).status_code == 403
    with pytest.raises(ValidationError, match="in words"):
        profile(actor_as("client"), text="854330")


def test_what_is_new_is_told_once(record, actor_as, monkeypatch):
    row = profile(actor_as("attache"), codes=[f"{markets.SCHEME}:42000000"])
    known = planted(record, code="42")
    assert set(row.seen) == {f"{markets.SOURCE}|{ocid}" for ocid in known}
    assert commands.tell()["markets_told"] == 0, "what it found at first is known"
    later = dt.date(2026, 6, 3)
    monkeypatch.setattr(timezone, "localdate", lambda *_: later)
    told = commands.tell()
    assert (told["markets_told"], told["failed"]) == (1, [])
    letter = Message.objects.filter(about=f"needprofile:{row.pk}").get()
    assert letter.recipient == row.owner.email
    news = planted(record, code="42", on=later) - known
    assert news
    assert letter.body.count("- new: ") == min(len(news), commands.NAMED)
    assert commands.tell()["markets_told"] == 0
    entries = [date.uid for date in notices.dates(actor_as("attache"))]
    assert len(entries) == len(set(entries)) == len(planted(record, code="42", on=later))


def test_a_request_takes_a_tender_as_its_subject(record, client_as, actor_as):
    answer = client_as("officer").get(reverse("markets"), {"q": "eletrolis"})
    link = answer.content.decode().split(reverse("log_contact") + "?")[1].split('"')[0]
    form = client_as("officer").get(reverse("log_contact") + "?" + link.replace("&amp;", "&")).content.decode()
    assert "Tender: " in form
    assert "ocds-generated-" in form
    page = (
        client_as("visitor").get(reverse("abroad"), {"country": "BR", "text": "Tender: pilot <boat>"}).content.decode()
    )
    assert "?text=Tender%3A%20pilot%20%3Cboat%3E" in page
    assert 'value="Tender: pilot &lt;boat&gt;"' in page
    fit = panels.of_request(
        SimpleNamespace(need="", text="Unidades de eletrólise til brint", partner=country("BR")), actor_as("officer")
    )
    assert fit is not None
    assert {one["notice"] for one in fit.values["tenders"]} <= planted(record, "BR", "42")
    assert panels.of_request(SimpleNamespace(need="", text="", partner=country("BR")), actor_as("client")) is None


def test_labels_are_laid_out_once(record, actor_as, monkeypatch):
    need = profile(actor_as("attache")).as_need()
    first = buying.proposed(need, 8)
    monkeypatch.setattr(buying.needs, "schemes", lambda _: pytest.fail("read again"))
    assert buying.proposed(need, 8) == first
