"""Funds at the desk: a pair on a day, typed-in calls as good as a feed, searches that tell, sources that die."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone, translation
from icalendar import Calendar

from udsyn.desk.evidence import funding
from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.commands import Refused
from udsyn.desk.kernel.models import Message
from udsyn.desk.rooms.funds import commands
from udsyn.desk.rooms.funds.models import CallClause, CallTyped, FundSearch
from udsyn.desk.rooms.parties.models import Country
from udsyn.errors import UdsynError
from udsyn.evidence.funds.find import open_calls
from udsyn.record.calls import load

pytestmark = pytest.mark.django_db
ON = dt.date(2026, 3, 2)
HEADER = "snapshot,list_date,code,name,open_date,close_date,budget\n"
LISTS = (
    HEADER
    + """a,2026-03-01,HORIZON-CL5-2026-01-D3-02,Low-temperature electrolysis for hydrogen,2026-01-01,2026-04-15,
a,2026-03-01,HORIZON-CL5-2026-01-D3-03,Wind farms at sea,2026-01-01,2026-04-01,
a,2026-03-01,HORIZON-EIC-2026-PATHFINDER-01,Electrolysis challenge,2026-01-01,2026-05-01,
a,2026-03-01,HORIZON-CL5-2023-D3-01,Electrolysis OPEN CALL 2,2026-01-01,2026-05-01,
a,2026-03-01,HORIZON-CL5-2027-01-D3-02,Electrolysis of tomorrow,2027-01-01,2027-04-15,
a,2026-03-01,HORIZON-CL5-2025-01-D3-02,Electrolysis of yesterday,2025-01-01,2025-04-15,
"""
)
TYPED = """
calls:
  - id: eurostars-10
    title: {en: Eurostars with electrolysis, da: Eurostars med elektrolyse}
    funder: Innovation Fund
    programme: eurostars
    opens: 2026-01-15
    deadlines: [{day: 2026-03-19, time: "21:00", zone: Asia/Seoul}]
    url: https://example.org/eurostars
    retrieved: 2026-02-20
"""
PAIR = {"q": "low-temperature electrolysis", "country": "KR", "on": "2026-03-02"}


@pytest.fixture
def record(tmp_path, monkeypatch):
    for name, text, form in (("lists.csv", LISTS, "dated-lists"), ("typed.yaml", TYPED, "typed")):
        (tmp_path / name).write_text(text, encoding="utf-8")
        load(tmp_path / "record", tmp_path / name, form, retrieved=dt.date(2026, 3, 1))
    monkeypatch.setenv("UDSYN_RECORD", str(tmp_path / "record"))
    CallTyped.objects.all().delete()
    return tmp_path / "record"


def typed_in(actor, **changed):
    values = {
        "title": {"en": "Electrolysis with Korea", "da": "Elektrolyse med Korea"},
        "funder": "Innovation Fund",
        "opens": dt.date(2026, 1, 15),
        "closes": dt.date(2026, 3, 19),
        "clock": "12:00",
        "url": "https://example.org/bilateral",
        "retrieved_on": dt.date(2026, 2, 20),
    }
    row = kernel.save(CallTyped(**{**values, **changed}), actor)
    kernel.save(CallClause(call=row, country=country("KR"), verdict="no_money", clause="Each side pays its own"), actor)
    return row


def country(code):
    return Country.objects.get(code=code)


def part_of(page, state):
    """The text of one of the three lists."""
    return page.split(f'id="{state}"')[1].split("</section>")[0]


def test_a_pair_on_a_day_has_three_lists_with_clauses_and_deadlines(record, client_as, actor_as):
    typed_in(actor_as("attache"))
    page = client_as("visitor").get(reverse("funds"), PAIR).content.decode()
    open_, coming, past = (part_of(page, state) for state in ("open", "forthcoming", "past"))
    assert open_.index("Low-temperature electrolysis for hydrogen") < open_.index("Electrolysis challenge")
    assert "Wind farms" not in page
    assert "Electrolysis of tomorrow" in coming
    assert "Electrolysis of yesterday" in past
    assert "19 March 2026, 13:00" in open_, "21:00 in Seoul"
    assert "Associated to Pillar II" in open_
    assert "Add partners: three countries" in open_
    assert "Each side pays its own" in open_
    assert "Cascade call" in open_
    assert "typed in at this desk" in open_
    for row in open_calls(record, ON, PAIR["q"], countries=["DK", "KR"]):
        assert row["title"] in open_, "the page has what the command line has"
    with translation.override("da"):
        danish = client_as("visitor").get(reverse("funds"), {**PAIR, "q": "elektrolyse"}).content.decode()
    assert "uden penge" in danish
    assert "Find flere partnere" not in part_of(danish, "past")
    assert client_as("visitor").get(reverse("funds"), {"on": "2026-13-40"}).status_code == 422


CELLS = {  # written by hand from the sources, as in the table of docs/funds.md: parts I, II, III, Eurostars, Weave
    "CH": "money money money money money",
    "GB": "money money money money read_text",
    "JP": "no_money money no_money no_money no_money",
    "TR": "money money money money read_text",
    "CN": "no_money no_money no_money no_money no_money",
    "BR": "no_money no_money no_money no_money no_money",
    "US": "no_money no_money no_money no_money no_money",
    "KR": "no_money money no_money money no_money",
}
WORDS = {"money": "with money", "no_money": "without money", "read_text": "read the text"}


@pytest.mark.parametrize("code", CELLS)
def test_who_may_by_programme_with_source(code, client_as):
    client = client_as("visitor")
    programmes = ("horizon/1", "horizon/2", "horizon/3", "eurostars", "weave")
    for programme, verdict in zip(programmes, CELLS[code].split(), strict=True):
        asked = {"country": code, "programme": programme, "on": "2026-03-02"}
        answer = client.get(reverse("funds_answer"), asked)
        row = next(row for row in answer.context["rows"] if row["country"] == code)
        assert row["verdict"] == verdict, (code, programme)
        page = answer.content.decode()
        assert f"<strong>{WORDS[verdict]}</strong>" in page
        assert f'href="{row["url"]}"' in page


def test_an_answer_depends_on_the_day(client_as):
    def verdict(code, on):
        answer = client_as("visitor").get(
            reverse("funds_answer"), {"country": code, "programme": "horizon/2", "on": on}
        )
        return next((row["verdict"] for row in answer.context["rows"] if row["country"] == code), None)

    assert [verdict("JP", on) for on in ("2025-12-31", "2026-01-01")] == ["no_money", "money"]
    assert [verdict("CH", on) for on in ("2024-12-31", "2025-01-01")] == ["no_money", "money"]
    page = client_as("visitor").get(reverse("funds_answer"), {"programme": "horizon/2", "on": "2030-01-01"})
    assert "does not run on that day" in page.content.decode()


def test_a_typed_in_call_is_as_good_as_any_feed(record, client_as, actor_as, tmp_path):
    client = client_as("attache")
    form = {
        "title_0": "Grøn brint med Indien", "title_1": "Green hydrogen with India", "text_0": "Brint", "text_1": "",
        "funder": "Innovation Fund Denmark", "opens": "2026-02-01", "closes": "2026-04-01", "clock": "17:00",
        "zone": "Asia/Kolkata", "second_stage": "2026-06-01", "currency": "DKK", "budget": "20000000", "awards": "5",
        "applicants": "university\ncompany", "url": "https://example.org/india", "retrieved_on": "2026-02-20",
    }  # fmt: skip
    assert client.post(reverse("create", args=["calls-typed"]), form).status_code == 302
    row = CallTyped.objects.get(url="https://example.org/india")
    kernel.save(
        CallClause(call=row, country=country("IN"), verdict="money", clause="From its own fund"), actor_as("attache")
    )
    feed = client_as("visitor").get(reverse("funds_typed"))
    assert [one["id"] for one in feed.json()["calls"]] == [f"desk-{row.pk}"]
    (tmp_path / "feed.json").write_bytes(feed.content)
    done = load(tmp_path / "other", tmp_path / "feed.json", "typed", source="desk")
    assert (done.rows, done.quarantined) == (1, 0)
    (there,) = open_calls(tmp_path / "other", ON, "hydrogen", countries=["IN"])
    found = funding.listed([row.as_row()], ON, ["IN"], ["open"], "hydrogen")
    here = next(one for one in found if one.row["source"] == "desk")
    assert {**here.told, "rank": 1, "score": there["score"], "reasons": there["reasons"]} == there
    assert there["deadline"] == "2026-04-01 13:30 CEST"
    assert (here.stages, there["verdict"], there["budget"]) == (2, "money", 20_000_000.0)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"closes": dt.date(2026, 1, 1)}, "closes"),
        ({"clock": "25:00"}, "clock"),
        ({"zone": "Mars/Base"}, "zone"),
        ({"ongoing": True}, "ongoing"),
        ({"second_stage": dt.date(2026, 3, 1)}, "second_stage"),
        ({"budget": 5}, "currency"),
        ({"url": "javascript:alert(1)"}, "url"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(wrong, field, actor_as):
    with pytest.raises(ValidationError) as refused:
        typed_in(actor_as("attache"), **wrong)
    assert field in refused.value.message_dict


def test_clients_type_in_no_calls_and_see_no_search_of_another(actor_as, client_as):
    with pytest.raises(Refused):
        typed_in(actor_as("client"))
    own = FundSearch.objects.get(owner=actor_as("officer").user)
    assert client_as("client").get(reverse("detail", args=["fund-searches", own.pk])).status_code == 404


def test_a_search_tells_its_owner_what_is_new_opened_and_moved(record, actor_as, monkeypatch, mailoutbox):
    FundSearch.objects.all().delete()
    monkeypatch.setattr(timezone, "localdate", lambda *_: ON)
    client = actor_as("client")
    search = commands.keep(FundSearch(name="Electrolysis", text="electrolysis", country=country("KR")), client)
    assert len(search.seen) == 5, "what it finds today is known from the start"
    assert commands.tell() == {"funds_told": 0, "failed": []}
    later = LISTS.replace("a,2026-03-01", "b,2026-03-02").replace("2026-05-01", "2026-05-20", 1)
    later = later.replace("2027-01-01,2027-04-15", "2026-03-01,2027-04-15")
    later += "b,2026-03-02,HORIZON-CL5-2026-02-D3-09,Electrolysis anew,2026-03-01,2026-06-01,\n"
    (record.parent / "later.csv").write_text(later, encoding="utf-8")
    load(record, record.parent / "later.csv", "dated-lists", retrieved=ON)
    assert commands.tell() == {"funds_told": 1, "failed": []}
    message = Message.objects.get(about=f"fundsearch:{search.pk}")
    assert (message.recipient, message.state) == (client.user.email, "approved")
    assert "new: Electrolysis anew" in message.body
    assert "open now: Electrolysis of tomorrow" in message.body
    assert "another deadline: Electrolysis challenge" in message.body
    assert "Low-temperature" not in message.body
    assert commands.tell() == {"funds_told": 0, "failed": []}, "nothing is told twice"
    FundSearch.objects.filter(pk=search.pk).update(notify=False, seen={})
    assert commands.tell()["funds_told"] == 0


def test_deadlines_come_into_calendars_and_move_in_place(record, actor_as, client_as, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_: ON)
    answer = client_as("visitor").get(reverse("funds_deadlines", args=["KR"]))
    assert answer["Content-Type"].startswith("text/calendar")
    entries = {str(one["summary"]): one for one in Calendar.from_ical(answer.content).walk("VEVENT")}
    assert entries["Low-temperature electrolysis for hydrogen"]["dtstart"].dt == dt.date(2026, 4, 15)
    assert entries["Eurostars with electrolysis"]["dtstart"].dt == dt.datetime(2026, 3, 19, 12, tzinfo=dt.UTC)
    client = actor_as("client")
    FundSearch.objects.all().delete()
    commands.keep(FundSearch(name="Wind", text="wind"), client)
    commands.keep(FundSearch(name="Sea", text="sea"), client)
    feed = client_as("visitor").get(reverse("calendar", args=[client.user.calendar_key])).content
    mine = [one for one in Calendar.from_ical(feed).walk("VEVENT") if str(one["uid"]).startswith("funds-")]
    assert [str(one["summary"]) for one in mine] == ["Wind farms at sea"], "once, though two searches find it"
    assert client_as("visitor").get(reverse("funds_deadlines", args=["DK"])).status_code == 404


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("<html><body>429 Too Many Requests</body></html>", "web page"),
        ("", "empty"),
        (LISTS.replace("close_date", "deadline"), "no column close_date"),
        (LISTS[:150] + ',"half', "not a whole CSV"),
        (LISTS[:-8], "ends within line 7"),
    ],
)
def test_a_source_that_fails_keeps_its_last_good_state_and_says_since_when(content, reason, record, client_as):
    before = client_as("visitor").get(reverse("funds"), PAIR).content.decode()
    assert "could not be read" not in before
    (record.parent / "bad.csv").write_text(content, encoding="utf-8")
    with pytest.raises(UdsynError):
        load(record, record.parent / "bad.csv", "dated-lists", retrieved=dt.date(2026, 3, 8))
    after = client_as("visitor").get(reverse("funds"), PAIR).content.decode()
    assert part_of(after, "open") == part_of(before, "open")
    assert "could not be read on" in after
    assert "2026" in after.split("could not be read on")[1][:40]
    page = client_as("officer").get(reverse("funds_sources")).content.decode()
    assert reason in page
    (record.parent / "good.csv").write_text(LISTS.replace("a,2026-03-01", "b,2026-03-09"), encoding="utf-8")
    load(record, record.parent / "good.csv", "dated-lists", retrieved=dt.date(2026, 3, 9))
    assert "could not be read" not in client_as("visitor").get(reverse("funds"), PAIR).content.decode()


def test_what_changed_between_two_days(record, client_as):
    (record.parent / "later.csv").write_text(
        HEADER + "b,2026-03-08,HORIZON-CL5-2025-01-D3-02,Electrolysis of yesterday,2025-01-01,2026-09-15,\n", "utf-8"
    )
    load(record, record.parent / "later.csv", "dated-lists", retrieved=dt.date(2026, 3, 8))
    page = client_as("officer").get(reverse("funds_changes"), {"before": "2026-03-02", "after": "2026-03-09"})
    assert page.context["counts"] == {"gone": 5, "moved": 1}
    assert "reopened" in page.content.decode()
    assert "2025-01-01 – 2026-09-15" in page.content.decode()
    unasked = client_as("officer").get(reverse("funds_changes"))
    assert (unasked.context["form"]["before"].value(), unasked.context["form"]["after"].value()) == (
        "2026-03-01",
        "2026-03-08",
    ), "the last two lists"
    none = client_as("officer").get(reverse("funds_changes"), {"before": "2020-03-02", "after": "2020-03-09"})
    assert "No source has a list of both days" in none.content.decode()


def test_partner_and_request_pages_lead_to_funds(record, client_as, actor_as, monkeypatch):
    from udsyn.desk.rooms.service.models import Request

    monkeypatch.setattr(timezone, "localdate", lambda *_: ON)
    typed_in(actor_as("attache"))
    korea = country("KR")
    page = client_as("officer").get(reverse("detail", args=["countries", korea.pk])).content.decode()
    assert reverse("funds_with", args=["KR"]) in page
    assert "Electrolysis with Korea" in page, "what the desk typed in for this partner"
    row = Request.objects.filter(centre__country=korea).first()
    Request.objects.filter(pk=row.pk).update(country=korea, need="Partners for low-temperature electrolysis")
    page = client_as("officer").get(reverse("detail", args=["requests", row.pk])).content.decode()
    assert "Funds that fit" in page
    assert "Low-temperature electrolysis for hydrogen" in page
    public = client_as("visitor").get(reverse("funds_with", args=["KR"])).content.decode()
    assert public.index("Electrolysis with Korea") < public.index("Low-temperature electrolysis"), "its own call first"
    assert "Associated to Pillar II" in public


def test_without_a_record_the_desk_has_its_own_calls(client_as, monkeypatch):
    monkeypatch.delenv("UDSYN_RECORD", raising=False)
    page = client_as("visitor").get(reverse("funds"), {"q": "hydrogen"}).content.decode()
    assert "Green hydrogen with Korea (invented)" in part_of(page, "open")
    assert "No calls are loaded" in client_as("officer").get(reverse("funds_sources")).content.decode()
    CallTyped.objects.all().delete()
    assert client_as("visitor").get(reverse("funds_with", args=["KR"])).status_code == 200
    assert json.loads(client_as("visitor").get(reverse("funds_typed")).content) == {"calls": []}


def test_a_call_for_another_partner_is_not_shown_and_titles_are_in_the_readers_language(record, client_as, actor_as):
    typed_in(actor_as("attache"), opens=dt.date(2020, 1, 1), closes=dt.date(2999, 1, 1))
    for code, shown in (("KR", True), ("JP", False)):
        page = client_as("visitor").get(reverse("funds_with", args=[code])).content.decode()
        assert ("Electrolysis with Korea" in page) is shown
    with translation.override("da"):
        danish = client_as("visitor").get(reverse("funds_with", args=["KR"])).content.decode()
    assert "Elektrolyse med Korea" in danish
    assert "Electrolysis with Korea" not in danish


def test_the_partners_page_names_who_paid_before(client_as, monkeypatch):
    """A funder of joint works with its part, the EU with its projects; the page is whole where nothing is held."""
    path = reverse("funds_with", args=["KR"])
    assert "Who paid for joint work before" not in client_as("visitor").get(path).content.decode()
    works = {"name": "Fund <1>", "country": "KR", "works": 3, "share": 0.25, "projects": None, "last_year": 2024}
    projects = {
        "name": "European Union",
        "country": "EU",
        "works": None,
        "share": None,
        "projects": 1,
        "last_year": 2023,
    }
    monkeypatch.setattr(funding, "funders", lambda code: [works, projects] if code == "KR" else [])
    text = client_as("visitor").get(path).content.decode()
    assert "Fund &lt;1&gt; (KR)" in text
    assert "3 joint works name it, 25" in text
    assert "1 joint project ·" in text
