"""Packs: the language refuses what it does not know; verdicts equal a plain evaluator's and the published cases."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from udsyn import packs, plain
from udsyn.errors import UdsynError
from udsyn.packs import Outcome, PackError
from udsyn.packs.clock import in_time, wrong_labels
from udsyn.packs.language import Deadline, Member

MET, NOT_MET, UNKNOWN = Outcome.MET, Outcome.NOT_MET, Outcome.UNKNOWN
DAY = dt.date(2020, 5, 1)

PACK = """
id: made
version: "1"
kind: call
title: {en: A made call}
sources: {text: {title: The text}}
sets: {region: [DK, {code: GB, to: 2020-02-01}, {code: UA, from: 2022-06-23}]}
rules:
  - id: rule
    clause: "1"
    source: text
    says: {en: It is asked.}
    RULE
"""


def judged(rule: str, case: dict, on: dt.date = DAY) -> Outcome:
    (verdict,) = packs.judge(packs.parse(PACK.replace("RULE", rule)), case, on)
    assert (verdict.clause, verdict.source) == ("1", "The text")
    return verdict.outcome


@pytest.mark.parametrize(
    ("condition", "case", "outcome"),
    [
        ("{value: a, is: 1}", {"a": 1}, MET),
        ("{value: a, is: 1}", {"a": True}, NOT_MET),
        ("{value: a, is: 1}", {}, UNKNOWN),
        ("{value: a.b, in: [x, y]}", {"a": {"b": "y"}}, MET),
        ("{value: a, not_in: [x]}", {"a": "x"}, NOT_MET),
        ("{value: a, known: true}", {"a": None}, NOT_MET),
        ("{value: a, known: false}", {}, MET),
        ("{value: a, at_least: 3}", {"a": 3}, MET),
        ("{value: a, at_most: 3}", {"a": 3.01}, NOT_MET),
        ("{value: a, at_most: 3}", {"a": "three"}, UNKNOWN),
        ("{value: a, at_most: 3}", {"a": float("nan")}, UNKNOWN),
        ("{count: p, at_least: 2}", {"p": [1, 2]}, MET),
        ("{count: p, at_least: 2}", {}, UNKNOWN),
        ("{count: p, where: {value: c, is: KR}, at_least: 1}", {"p": [{"c": "KR"}, {}]}, MET),
        ("{count: p, where: {value: c, is: KR}, at_least: 1}", {"p": [{}]}, UNKNOWN),
        ("{count: p, where: {value: c, is: KR}, at_least: 2}", {"p": [{"c": "KR"}]}, NOT_MET),
        ("{count: p, distinct: c, at_least: 2}", {"p": [{"c": "KR"}, {"c": "KR"}]}, NOT_MET),
        ("{count: p, distinct: c, at_least: 2}", {"p": [{"c": "KR"}, {}]}, UNKNOWN),
        ("{when: {value: a, is: 1}, then: {value: b, is: 1}}", {"a": 2}, MET),
        ("{when: {value: a, is: 1}, then: {value: b, is: 1}}", {"a": 1, "b": 2}, NOT_MET),
        ("{when: {value: a, is: 1}, then: {value: b, is: 1}}", {"b": 2}, UNKNOWN),
        ("{any: [{value: a, is: 1}, {value: b, is: 1}]}", {"b": 1}, MET),
        ("{any: [{value: a, is: 1}, {value: b, is: 1}]}", {"b": 2}, UNKNOWN),
        ("{all: [{value: a, is: 1}, {value: b, is: 1}]}", {"b": 2}, NOT_MET),
        ("{not: {value: a, is: 1}}", {"a": 2}, MET),
        ("{not: {value: a, is: 1}}", {}, UNKNOWN),
    ],
)
def test_conditions(condition, case, outcome):
    assert judged(f"condition: {condition}", case) is outcome


@pytest.mark.parametrize(
    ("code", "on", "outcome"),
    [
        ("DK", dt.date(1990, 1, 1), MET),
        ("GB", dt.date(2020, 1, 31), MET),
        ("GB", dt.date(2020, 2, 1), NOT_MET),
        ("UA", dt.date(2022, 6, 22), NOT_MET),
        ("UA", dt.date(2022, 6, 23), MET),
        ("NO", dt.date(2022, 6, 23), NOT_MET),
    ],
)
def test_sets_hold_on_their_days(code, on, outcome):
    assert judged("condition: {value: c, in_set: region}", {"c": code}, on) is outcome


@pytest.mark.parametrize(
    ("cap", "costs", "outcome"),
    [
        ("{sum: costs, at_most: 100}", [60, 40], MET),
        ("{sum: costs, at_most: 100}", [60, 40.01], NOT_MET),
        ("{sum: costs, at_most: 100}", [60, None], UNKNOWN),
        ("{sum: costs, at_most: 100}", [101, None], NOT_MET),
        ("{sum: costs, share: 0.25, of: total}", [50], MET),
        ("{sum: costs, share: 0.25, of: total}", [51], NOT_MET),
        ("{sum: costs, share: 0.25, of: nothing}", [51], UNKNOWN),
    ],
)
def test_caps(cap, costs, outcome):
    case = {"costs": [{"amount": amount} for amount in costs], "total": 200}
    assert judged(f"cap: {cap}", case) is outcome


def test_a_cap_says_its_sum_and_its_bound():
    def said(rule: str, case: dict) -> str:
        return packs.judge(packs.parse(PACK.replace("RULE", rule)), case, DAY)[0].why

    assert said("cap: {sum: costs, at_most: 1250.5}", {"costs": [{"amount": 1000}]}) == "1,000.00 of at most 1,250.50"
    assert said("cap: {sum: costs, at_most: 60}", {"costs": []}) != said("cap: {sum: costs, at_most: 60}", {})


def test_a_document_of_each_thing_without_an_id_is_named_by_its_place():
    text = PACK.replace("RULE", "condition: {value: a, is: 1}")
    text += "documents: [{id: letter, clause: '2', source: text, each: partners, says: {en: A letter.}}]\n"
    case = {"partners": [{"id": "x"}, {"name": "y"}, "z"]}
    assert [one.of for one in packs.documents(packs.parse(text), case, DAY)] == ["x", "2", "3"]


def test_a_cap_at_each_partner():
    costs = [{"partner": "a", "amount": 60}, {"partner": "b", "amount": 60}]
    assert judged("cap: {sum: costs, per: partner, at_most: 60}", {"costs": costs}) is MET
    costs.append({"partner": "b", "amount": 1})
    assert judged("cap: {sum: costs, per: partner, at_most: 60}", {"costs": costs}) is NOT_MET
    costs[-1].pop("partner")
    assert judged("cap: {sum: costs, per: partner, at_most: 60}", {"costs": costs}) is UNKNOWN


def made(lot: random.Random, depth: int) -> dict:
    """A condition drawn from the language."""
    if depth == 0 or lot.random() < 0.4:
        test = lot.choice([{"is": 1}, {"in": [1, 2]}, {"not_in": [2]}, {"at_least": 1}, {"at_most": 1}])
        return {"value": lot.choice("ab")} | test
    form = lot.choice(["all", "any", "not", "when", "count"])
    if form == "when":
        return {"when": made(lot, depth - 1), "then": made(lot, depth - 1)}
    if form == "count":
        return {"count": "p", "where": made(lot, 0), lot.choice(["at_least", "at_most"]): lot.randint(0, 2)}
    if form == "not":
        return {"not": made(lot, depth - 1)}
    return {form: [made(lot, depth - 1) for _ in range(lot.randint(1, 3))]}


def plainly(condition: dict, case: dict) -> bool:
    """What a condition says where everything is known."""
    if "all" in condition:
        return all(plainly(one, case) for one in condition["all"])
    if "any" in condition:
        return any(plainly(one, case) for one in condition["any"])
    if "not" in condition:
        return not plainly(condition["not"], case)
    if "when" in condition:
        return plainly(condition["then"], case) if plainly(condition["when"], case) else True
    if "count" in condition:
        number = sum(plainly(condition["where"], one) for one in case["p"])
    else:
        number = case[condition["value"]]
        if "is" in condition:
            return number == condition["is"]
        if "in" in condition:
            return number in condition["in"]
        if "not_in" in condition:
            return number not in condition["not_in"]
    return number >= condition["at_least"] if "at_least" in condition else number <= condition["at_most"]


def test_verdicts_equal_a_plain_evaluator_and_unknown_is_what_could_go_either_way():
    lot, unknown = random.Random(7), 0
    for _ in range(400):
        condition = made(lot, 3)
        case = {"a": lot.randint(0, 3), "b": lot.randint(0, 3)}
        case["p"] = [{"a": lot.randint(0, 3), "b": lot.randint(0, 3)} for _ in range(lot.randint(0, 3))]
        expected = plainly(condition, case)
        assert judged(f"condition: {condition}", case) is (MET if expected else NOT_MET)
        with_hole = {key: value for key, value in case.items() if key != "a"}
        outcome = judged(f"condition: {condition}", with_hole)
        possible = {plainly(condition, with_hole | {"a": value}) for value in range(4)}
        unknown += outcome is UNKNOWN
        if outcome is not UNKNOWN:
            assert possible == {outcome is MET}
    assert unknown > 20


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[", "is not YAML"),
        ("a: &x [1]\nb: *x", "not part of the language"),
        ("[" * 100_000 + "]" * 100_000, "deep"),
        ("a: " + "1:" * 400_000 + "1", "a word or number of"),
        ("#" * 2_000_000, "larger than"),
        ("a: !!python/object/apply:os.system ['touch hit']", "is not YAML"),
        ("null", "the whole"),
        (PACK.replace("RULE", "condition: {value: a}"), "tested by one of"),
        (PACK.replace("RULE", "condition: {value: a, is: 1, at_most: 2}"), "tested by one of"),
        (PACK.replace("RULE", "condition: {value: a, in_set: nowhere}"), "does not have"),
        (PACK.replace("RULE", "condition: {value: a, is: 1}\n    run: this"), "run"),
        (PACK.replace("RULE", "condition: {count: p}"), "needs at_least or at_most"),
        (PACK.replace("RULE", "cap: {sum: p}"), "at_most or share"),
        (PACK.replace("RULE", ""), "either a condition or a cap"),
        (PACK.replace("RULE", "condition: " + "{not: " * 40 + "{value: a, is: 1}" + "}" * 40), "deep"),
        (
            PACK.replace("RULE", "condition: {value: a, is: 1}").replace("source: text", "source: other"),
            "does not have",
        ),
        (PACK.replace("RULE", "condition: {value: __class__, is: 1}"), "pattern|match"),
    ],
)
def test_what_the_language_does_not_say_is_refused(text, said):
    with pytest.raises(PackError, match=said):
        packs.parse(text)


#: the network programme's published cases: what differs from an application in order, and the clause that refuses it
CASES = [
    ({"level": "associate_professor"}, {"country": "JP"}, {}, None),
    ({"organisation_kind": "company", "level": "research_expert"}, {"country": "IL"}, {}, None),
    ({"level": "phd_student"}, {"country": "JP"}, {}, "Eligible applicants"),
    ({"organisation_kind": "university", "level": "research_expert"}, {"country": "JP"}, {}, "Eligible applicants"),
    ({}, {"country": "TR"}, {}, "Partner countries"),
    ({}, {"country": "CA"}, {"arctic_focus": True}, None),
    ({}, {"country": "CA"}, {}, "Partner countries"),
    ({}, {"country": "JP", "kind": "consultant"}, {}, "Partners"),
    ({}, {"country": "JP"}, {"budget": [{"kind": "support_services", "amount": 25_000}]}, None),
    ({}, {"country": "JP"}, {"budget": [{"kind": "support_services", "amount": 25_001}]}, "Costs"),
    ({}, {"country": "JP"}, {"budget": [{"kind": "salary", "amount": 1}]}, "Costs"),
]


@pytest.mark.parametrize(("applicant", "partner", "more", "clause"), CASES)
def test_the_network_programme_judges_its_published_cases(applicant, partner, more, clause):
    person = {"country": "DK", "organisation_kind": "university", "level": "professor"} | applicant
    case = {"applicant": person, "partners": [{"kind": "researcher"} | partner], "amount": 100_000, "budget": []}
    found = packs.judge(packs.load("inp", "2020"), case | {"arctic_focus": False} | more, DAY)
    refusing = [(one.clause, one.source) for one in found if one.outcome is not MET]
    source = "International Network Programme, call page and questions (2019-2021)"
    assert refusing == ([(clause, source)] if clause else [])


@pytest.mark.parametrize("id_", ["inp", "ginp"])
def test_a_priority_country_tells_equals_apart_where_the_call_names_it(id_):
    """The shipped packs do not know the list: nobody is put first by a guess."""
    from udsyn.packs.judge import around, holds

    pack = packs.load(id_)
    (tie,) = pack.ties
    named = pack.model_copy(update={"sets": pack.sets | {"priority-countries": (Member(code="IN"),)}})
    cases = [{"partners": [{"country": "JP"}, {"country": "IN"}]}, {"partners": [{"country": "JP"}]}]
    assert [holds(tie.condition, case, around(named, case, DAY)) for case in cases] == [MET, NOT_MET]
    assert [holds(tie.condition, case, around(pack, case, DAY)) for case in cases] == [UNKNOWN, UNKNOWN]
    assert tie.clause == "Priority countries"


def test_shipped_packs_name_a_source_for_every_value_and_rule():
    for id_ in ("inp", "centre-service"):
        for pack in packs.versions(id_):
            assert set(pack.values) == set(pack.value_sources)
            assert all(rule.clause and rule.source in pack.sources for rule in pack.rules)


def test_versions_are_found_by_name_and_day():
    assert packs.load("inp", on=dt.date(2021, 12, 31)).version == "2020"
    with pytest.raises(PackError, match="no version valid on 2022-01-01"):
        packs.load("inp", on=dt.date(2022, 1, 1))
    with pytest.raises(PackError, match="no pack nothing"):
        packs.load("nothing")


@pytest.mark.parametrize(
    ("country", "granted", "due"),
    [
        ("DE", dt.date(2026, 3, 16), dt.date(2026, 4, 15)),
        ("DK", dt.date(2026, 3, 16), dt.date(2026, 4, 16)),
        ("DE", dt.date(2026, 12, 14), dt.date(2027, 1, 13)),
        ("DK", dt.date(2026, 12, 14), dt.date(2027, 1, 13)),
    ],
)
def test_working_days_follow_the_countrys_calendar(country, granted, due):
    assert packs.add_working_days(granted, 20, country) == due


def test_the_great_prayer_day_was_abolished():
    assert not packs.is_working_day(dt.date(2023, 5, 5), "DK")
    assert packs.is_working_day(dt.date(2024, 4, 26), "DK")


@pytest.mark.parametrize(
    ("at", "zone", "instant"),
    [
        ("2027-03-28T12:00", "Europe/Copenhagen", "2027-03-28T10:00Z"),
        ("2027-03-27T12:00", "Europe/Copenhagen", "2027-03-27T11:00Z"),
        ("2026-10-25T02:30", "Europe/Copenhagen", "2026-10-25T01:30Z"),
        ("2026-10-25T12:00", "Asia/Seoul", "2026-10-25T03:00Z"),
    ],
)
def test_a_deadline_is_an_instant(at, zone, instant):
    last = packs.deadline(Deadline(at=at, zone=zone))
    assert last == dt.datetime.fromisoformat(instant)
    second = dt.timedelta(seconds=1)
    assert [in_time(Deadline(at=at, zone=zone), last + n * second) for n in (-1, 0, 1)] == [True, True, False]
    shut = Deadline(at=at, zone=zone, inclusive=False)
    assert [in_time(shut, last + n * second) for n in (-1, 0, 1)] == [True, False, False]


def test_on_the_night_the_clock_goes_back_the_hour_that_comes_twice_counts_to_its_end():
    """02:30 in Copenhagen comes twice on 25 October 2026; whoever sends at either, or reads it in Seoul, is in time."""
    said = Deadline(at="2026-10-25T02:30:00", zone="Europe/Copenhagen")
    seoul = dt.timezone(dt.timedelta(hours=9))
    sent = [dt.datetime(2026, 10, 25, 9, 30, tzinfo=seoul), dt.datetime(2026, 10, 25, 10, 30, tzinfo=seoul)]
    assert [in_time(said, moment) for moment in sent] == [True, True]
    assert not in_time(said, sent[1] + dt.timedelta(seconds=1))
    assert in_time(said, sent[1] + dt.timedelta(microseconds=999_999))


def test_on_the_night_the_clock_goes_forward_an_hour_is_missing_and_no_more():
    said = Deadline(at="2027-03-28T03:00:00", zone="Europe/Copenhagen")
    assert packs.deadline(said) == dt.datetime(2027, 3, 28, 1, 0, tzinfo=dt.UTC)
    assert in_time(said, dt.datetime(2027, 3, 28, 1, 0, tzinfo=dt.UTC))
    assert not in_time(said, dt.datetime(2027, 3, 28, 1, 0, 1, tzinfo=dt.UTC))


@pytest.mark.parametrize(
    ("at", "text", "wrong"),
    [
        ("2019-10-18T12:00:00", "18 Oct 2019 12:00 CET / 17:00 Jakarta", ["12:00 CET"]),
        ("2020-08-18T12:00:00", "18 Aug 2020 12:00 CET", ["12:00 CET"]),
        ("2021-10-15T12:00:00", "15 Oct 2021 12:00 CEST / 17:00 Bangkok", []),
        ("2024-04-15T12:00:00", "15 Apr 2024 12:00 CEST", []),
        ("2024-04-15T12:00:00", "12:00 sharp", []),
    ],
)
def test_a_label_that_disagrees_with_its_deadline_is_told(at, text, wrong):
    assert wrong_labels(Deadline(at=at, zone="Europe/Copenhagen"), text) == wrong


@pytest.mark.parametrize(
    ("label", "city", "day"),
    [
        ("GMT", "Africa/Abidjan", "2024-01-15"),
        ("UTC", "Africa/Abidjan", "2024-01-15"),
        ("WET", "Europe/Lisbon", "2024-01-15"),
        ("WEST", "Europe/Lisbon", "2024-07-15"),
        ("BST", "Europe/London", "2024-07-15"),
        ("cet", "Europe/Copenhagen", "2024-01-15"),
        ("CEST", "Europe/Copenhagen", "2024-07-15"),
        ("EET", "Europe/Helsinki", "2024-01-15"),
        ("EEST", "Europe/Helsinki", "2024-07-15"),
        ("JST", "Asia/Tokyo", "2024-07-15"),
        ("KST", "Asia/Seoul", "2024-07-15"),
    ],
)
def test_a_label_is_the_time_of_its_cities(label, city, day):
    assert wrong_labels(Deadline(at=f"{day}T12:00:00", zone=city), f"12.00 {label}, 12:30 {label}, 13:00{label}") == [
        f"12:30 {label}",
        f"13:00 {label}",
    ]


def test_a_city_is_known_in_any_case_and_other_words_are_passed_over():
    said = Deadline(at="2024-01-15T12:00:00", zone="Europe/Copenhagen")
    assert wrong_labels(said, "20:00 SEOUL, 19:00 seoul, 12:00 o_clock, 8:00 Los_Angeles") == [
        "19:00 seoul",
        "8:00 Los_Angeles",
    ]


def test_a_working_day_is_monday_to_friday_and_no_holiday():
    week = [dt.date(2024, 2, 5) + dt.timedelta(days=n) for n in range(7)]
    assert [packs.is_working_day(day, "DK") for day in week] == [True] * 5 + [False] * 2
    assert packs.add_working_days(dt.date(2024, 2, 9), 1, "DK") == dt.date(2024, 2, 12)
    assert packs.add_working_days(dt.date(2024, 2, 9), 0, "DK") == dt.date(2024, 2, 9)
    with pytest.raises(PackError, match="holidays of ZZ are not known"):
        packs.is_working_day(dt.date(2024, 2, 5), "ZZ")


def test_a_time_that_the_clock_skips_is_refused():
    with pytest.raises(ValueError, match="skipped"):
        Deadline(at="2027-03-28T02:30", zone="Europe/Copenhagen")


def test_a_call_that_closes_before_it_opens_is_refused():
    text = PACK.replace("RULE", "condition: {value: a, is: 1}")
    text += "opens: 2019-05-01T00:00:00\ndeadline: {at: 2019-03-08T12:00:00, zone: Europe/Copenhagen}\n"
    with pytest.raises(PackError, match="closes before it opens"):
        packs.parse(text)


@pytest.mark.parametrize(
    ("read", "content", "said"),
    [
        (plain.load_json, b"{", "is not JSON"),
        (plain.load_json, b"[" * 100_000, "is not JSON"),
        (plain.load_json, b"\xff", "is not JSON"),
        (plain.load_json, b" " * 2_000_000, "larger than 1 MB"),
        (plain.load_text, b"\xff", "is not text in UTF-8"),
        (plain.load_text, b" " * 2_000_000, "larger than 1 MB"),
    ],
)
def test_a_file_that_is_none_is_told(tmp_path, read, content, said):
    file = tmp_path / "file"
    file.write_bytes(content)
    with pytest.raises(UdsynError, match=said):
        read(file, 1024 * 1024)
