"""The routes of CommonGrants: they keep the word of their document, tell what all may read, lose nothing of ours."""

from __future__ import annotations

import datetime as dt
import json
import uuid

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import HealthCheck, given, settings

from udsyn import packs
from udsyn.desk.rooms.programmes.models import Call
from udsyn.packs.language import Pack
from udsyn.record.calls import commongrants

pytestmark = pytest.mark.django_db
LIST, SEARCH = "/common-grants/opportunities", "/common-grants/opportunities/search"


def listed(**asked):
    return Client().get(LIST, asked).json()


def search(**asked):
    answer = Client().post(SEARCH, json.dumps(asked), "application/json")
    return answer.json() | {"code": answer.status_code}


def titles(answer):
    return [one["title"] for one in answer["items"]]


def test_everybody_reads_what_the_pages_of_calls_show_and_nothing_that_is_being_written():
    shown = Call.objects.exclude(state="prepared")
    draft = Call.objects.create(programme=shown[0].programme, officer=shown[0].officer, pack_text=shown[0].pack_text)
    answer = listed()
    assert (answer["status"], answer["paginationInfo"]["totalItems"]) == (200, shown.count())
    assert len({one["id"] for one in answer["items"]}) == shown.count() > 1
    assert not [one for one in answer["items"] if one["source"].endswith(f"/{draft.pk}/")]
    states = {one["status"]["value"] for one in answer["items"]}
    assert "open" in states
    assert states <= {"open", "forecasted", "closed", "custom"}


def test_one_is_read_by_its_id_and_another_id_is_told():
    first = listed()["items"][0]
    assert Client().get(f"{LIST}/{first['id']}").json()["data"] == first
    missing = Client().get(f"{LIST}/{uuid.uuid4()}")
    assert (missing.status_code, missing.json()["status"]) == (404, 404)
    assert Client().get(f"{LIST}/7").status_code == 404


def test_its_rules_and_all_that_the_register_knows_come_back_as_they_were():
    for one in listed()["items"]:
        call = Call.objects.get(pk=one["source"].rstrip("/").rpartition("/")[2])
        rules = one["customFields"]["udsynRules"]
        assert rules["schema"] == "urn:udsyn:pack:1"
        assert Pack.model_validate(rules["value"]) == call.pack == packs.parse(json.dumps(rules["value"]))
        back = commongrants.opportunity(one, dt.date(2026, 11, 1)).values
        assert (back["id"], back["title"]) == (f"call-{call.pk}", call.title.localize("en"))
        deadline = call.pack.deadline
        assert [(d["day"], d["time"], d["zone"]) for d in back["deadlines"]] == [
            (deadline.at.date(), f"{deadline.at:%H:%M}", deadline.zone)
        ]
        assert back["budget"] == (None if call.money is None else float(call.money))


def test_pages_hold_what_is_asked_for_and_each_opportunity_once():
    whole = [one["id"] for one in listed()["items"]]
    parts = [listed(page=page, pageSize=1) for page in range(1, len(whole) + 1)]
    assert [one["id"] for part in parts for one in part["items"]] == whole
    assert listed(page=len(whole) + 1, pageSize=1)["items"] == []
    assert Client().get(LIST, {"page": 0}).status_code == 422


def test_a_search_keeps_what_passes_every_filter_and_says_which_it_does_not_know():
    every = listed()["items"]
    opened = search(filters={"status": {"operator": "in", "value": ["open"]}})
    others = search(filters={"status": {"operator": "notIn", "value": ["open"]}})
    assert {one["status"]["value"] for one in opened["items"]} == {"open"}
    assert len(opened["items"]) + len(others["items"]) == len(every)
    closing = sorted(one["keyDates"]["closeDate"]["date"] for one in every if "closeDate" in one.get("keyDates", {}))
    between = {"operator": "between", "value": {"min": closing[0], "max": closing[0]}}
    assert len(search(filters={"closeDateRange": between})["items"]) == closing.count(closing[0])
    outside = search(filters={"closeDateRange": between | {"operator": "outside"}})["items"]
    assert len(outside) == len(closing) - closing.count(closing[0])
    word = every[0]["title"].split()[0]
    assert every[0]["title"] in titles(search(search=word.upper()))
    assert titles(search(search="no call holds this")) == []
    told = search(filters={"customFilters": {"moon": {"operator": "eq", "value": 1}}})
    assert len(told["items"]) == len(every)
    assert [said.split()[2] for said in told["filterInfo"]["errors"]] == ["moon"]


def test_amounts_are_compared_in_their_own_currency_only():
    call = Call.objects.filter(state="published").first()
    Call.objects.filter(pk=call.pk).update(money="1000000.00")
    held = next(one for one in listed()["items"] if one["source"].endswith(f"/{call.pk}/"))
    money = held["funding"]["totalAmountAvailable"]

    def found(low, high, currency):
        ends = {"min": {"amount": low, "currency": currency}, "max": {"amount": high, "currency": currency}}
        asked = {"totalFundingAvailableRange": {"operator": "between", "value": ends}}
        return held["title"] in titles(search(filters=asked))

    assert money["amount"] == "1000000.00"
    assert found("1000000", "1000000", money["currency"])
    assert not found("1000000.01", "2000000", money["currency"])
    assert not found("1", "2000000", "XXX")


@pytest.mark.parametrize("by", ["title", "keyDates.closeDate", "funding.totalAmountAvailable"])
def test_an_order_is_kept_and_what_is_not_known_comes_last(by):
    rising = search(sorting={"sortBy": by, "sortOrder": "asc"})["items"]
    falling = search(sorting={"sortBy": by, "sortOrder": "desc"})["items"]
    assert {one["id"] for one in rising} == {one["id"] for one in falling}
    if by == "title":
        assert [one["title"].casefold() for one in rising] == sorted(one["title"].casefold() for one in rising)
    if by == "keyDates.closeDate":
        days = [one.get("keyDates", {}).get("closeDate", {}).get("date", "") for one in falling]
        assert days == sorted(days, reverse=True)
    custom = search(sorting={"sortBy": "custom", "customSortBy": "luck"})
    assert custom["sortInfo"]["errors"]


@pytest.mark.parametrize(
    "body", ["{", "[7]", '{"search": 7}', '{"pagination": {"page": 0}}', '{"sorting": {"sortBy": "x"}}']
)
def test_what_is_no_search_is_told(body):
    answer = Client().post(SEARCH, body, "application/json")
    assert answer.status_code in (400, 422)
    assert set(answer.json()) == {"status", "message", "errors"}


def keep_word(examples):
    """Every route is asked many things; each answer fits its description, and none is a server's failure."""
    schema = schemathesis.openapi.from_wsgi("/common-grants/openapi.json", get_wsgi_application())
    asked = 0
    for found in schema.get_all_operations():

        @given(case=found.ok().as_strategy())
        @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        def ask(case):
            case.call_and_validate(headers={"Host": "127.0.0.1"})

        ask()
        asked += 1
    return asked


def test_the_routes_keep_their_word():
    assert keep_word(12) == 3


@pytest.mark.prove
def test_the_routes_keep_their_word_whatever_they_are_asked():
    assert keep_word(200) == 3
