"""Calls: every shipped rule equals a plain evaluator's; the published cases and caps have their verdicts."""

from __future__ import annotations

import copy
import datetime as dt
import random
from decimal import Decimal
from importlib.resources import files

import plain_rules
import pytest
import yaml

from udsyn import packs
from udsyn.packs import Outcome, PackError
from udsyn.packs.calls import Assessment
from udsyn.packs.reckoned import stay_grant
from udsyn.packs.scores import score

MET, NOT_MET, UNKNOWN = Outcome.MET, Outcome.NOT_MET, Outcome.UNKNOWN
DAY = dt.date(2026, 3, 2)
CALLS = [
    file.name for file in sorted((files("udsyn.packs") / "data").iterdir(), key=lambda one: one.name)
    if file.name.endswith(".yaml") and "\nrules:" in file.read_text(encoding="utf-8")
]  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_every_rule_equals_a_plain_evaluator(name):
    """Everything known: the same answer. A thing less: unknown, or still what every completion says."""
    text = (files("udsyn.packs") / "data" / name).read_text(encoding="utf-8")
    raw, pack, lot = yaml.safe_load(text), packs.parse(text), random.Random(11)
    cases, seen = plain_rules.Cases(raw), set()
    around = (cases.sets, DAY)
    for _ in range(max(150, 8 * sum(len(members) for members in cases.sets.values()))):  # each code several times
        case = cases.draw(lot, raw.get("currency"))
        for rule, verdict in zip(raw["rules"], packs.judge(pack, case, DAY), strict=True):
            expected = plainly(rule, case, raw, around)
            assert verdict.outcome is expected, (rule["id"], case)
            seen.add((rule["id"], expected))
        hole = copy.deepcopy(case)
        drop(hole, lot)
        for rule, verdict in zip(raw["rules"], packs.judge(pack, hole, DAY), strict=True):
            if verdict.outcome is not UNKNOWN:
                assert verdict.outcome is plainly(rule, case, raw, around), (rule["id"], case, hole)
    unknown_sets = {name for name, members in raw.get("sets", {}).items() if members is None}
    for rule in raw["rules"]:
        if not any(name in str(rule) for name in unknown_sets):
            assert {(rule["id"], MET), (rule["id"], NOT_MET)} <= seen, f"the drawing never decides {rule['id']}"


def plainly(rule: dict, case: dict, raw: dict, around: tuple) -> Outcome:
    if "when" in rule and not plain_rules.holds(rule["when"], case, *around):
        return MET
    readings = {one_reading(said, case, raw, around) for said in (rule, rule.get("otherwise")) if said}
    return readings.pop() if len(readings) == 1 else UNKNOWN


def one_reading(said: dict, case: dict, raw: dict, around: tuple) -> Outcome:
    if "cap" in said:
        kept = plain_rules.keeps(said["cap"], case, raw.get("currency"), *around)
        return UNKNOWN if kept is None else MET if kept else NOT_MET
    try:
        return MET if plain_rules.holds(said["condition"], case, *around) else NOT_MET
    except KeyError:  # a set whose members nobody knows
        both = {
            plain_rules.holds(said["condition"], case, {**around[0], "focus-countries": members}, around[1])
            for members in ([], ["DK", "JP", "SE", "other"])
        }
        return UNKNOWN if len(both) == 2 else MET if both.pop() else NOT_MET


def drop(case: dict, lot: random.Random) -> None:
    """Take one thing out, wherever it stands."""
    things = [case, *(one for value in case.values() if isinstance(value, list) for one in value)]
    thing = lot.choice(things)
    keys = [key for key in thing if key not in ("rates", "currency")]
    if keys:
        del thing[lot.choice(keys)]


def verdicts(id_: str, case: dict, version: str | None = None) -> dict[str, Outcome]:
    return {one.rule: one.outcome for one in packs.judge(packs.load(id_, version), case, DAY)}


def clause(id_: str, rule: str) -> tuple[str, str]:
    return next((one.clause, one.source) for one in packs.judge(packs.load(id_), {}, DAY) if one.rule == rule)


def danish(*asked: float, cost: float = 1_000_000) -> dict:
    lines = [{"partner": f"p{n}", "country": "DK", "asked": one, "amount": cost} for n, one in enumerate(asked)]
    return {"partners": [{"country": "DK"}] * len(asked) + [{"country": "SE"}], "budget": lines}


@pytest.mark.parametrize(
    ("case", "not_met"),
    [
        (danish(300_000, cost=400_000), set()),
        (danish(300_001, cost=400_000), {"largest"}),
        (danish(50_000, cost=100_000), set()),
        (danish(49_999, cost=100_000), {"smallest"}),
        (danish(250_000, 250_000, cost=400_000), set()),
        (danish(250_000, 250_001, cost=400_000), {"together"}),
        (danish(90_000, cost=100_000), set()),
        (danish(90_001, cost=100_000), {"highest-rate"}),
        (danish(60_000, cost=300_000), {"lowest-rate"}),
    ],
)
def test_the_caps_of_the_danish_fund_abroad(case, not_met):
    found = verdicts("ifd-international", case)
    assert {rule for rule, outcome in found.items() if outcome is NOT_MET} == not_met
    assert clause("ifd-international", "together") == (
        "Amount",
        "Innovation Fund Denmark, Transforming Health and Care",
    )


def test_a_contradiction_is_shown_and_not_chosen():
    """One page says at least 35 per cent, another 25: at 30 nobody can tell; at 20 both refuse; at 40 both agree."""
    assert verdicts("ifd-international", danish(90_000, cost=300_000))["lowest-rate"] is UNKNOWN
    assert verdicts("ifd-international", danish(60_000, cost=300_000))["lowest-rate"] is NOT_MET
    assert verdicts("ifd-international", danish(120_000, cost=300_000))["lowest-rate"] is MET
    found = packs.judge(packs.load("ifd-international"), danish(90_000, cost=300_000), DAY)
    disputed = next(one.disputed for one in found if one.rule == "lowest-rate")
    assert disputed is not None
    assert "M-ERA.NET" in disputed
    assert "25 per cent" in disputed


def partner(country: str, region: str, **more: object) -> dict:
    return {"country": country, "region": region, "can_be_funded": True, "coordinator": False} | more


GOOD = [
    partner("DK", "europe", coordinator=True),
    partner("DE", "europe"),
    partner("TH", "southeast_asia"),
]


@pytest.mark.parametrize(
    ("partners", "not_met"),
    [
        (GOOD, set()),
        (GOOD[:2], {"three-partners", "three-countries", "two-and-one", "money-in-each-region"}),
        ([*GOOD[:2], partner("DE", "europe")], {"three-countries", "two-and-one", "money-in-each-region"}),
        ([GOOD[0], GOOD[1] | {"can_be_funded": False}, GOOD[2]], set()),
        ([*GOOD[:2], GOOD[2] | {"can_be_funded": False}], {"money-in-each-region"}),
        ([GOOD[0] | {"can_be_funded": False}, *GOOD[1:]], {"coordinator"}),
        ([GOOD[0] | {"coordinator": False}, *GOOD[1:]], {"coordinator"}),
    ],
)
def test_the_consortium_of_southeast_asia_and_europe(partners, not_met):
    found = verdicts("sea-europe-jfs", {"partners": partners}, "2021")
    assert {rule for rule, outcome in found.items() if outcome is NOT_MET} == not_met
    assert verdicts("sea-europe-jfs", {"readiness": 5}, "2019") == {"readiness": NOT_MET}


def test_the_consortium_of_concert_japan():
    japan, danish_, swede = partner("JP", "asia"), partner("DK", "europe"), partner("SE", "europe")
    assert set(verdicts("concert-japan", {"partners": [japan, danish_, swede]}).values()) == {MET}
    assert verdicts("concert-japan", {"partners": [japan, danish_, danish_]})["two-european-countries"] is NOT_MET
    assert verdicts("concert-japan", {"partners": [danish_, danish_, swede]})["japan"] is NOT_MET
    own = {"id": "se", "self_funded": True} | swede
    pack = packs.load("concert-japan")
    (letter,) = [one for one in packs.documents(pack, {"partners": [own]}, DAY) if one.asked]
    assert (letter.outcome, letter.of, letter.clause) == (NOT_MET, "se", "Partners with own money")
    held = {"partners": [own], "documents": [{"kind": "confirmation_of_own_money", "of": "se"}]}
    assert [one.outcome for one in packs.documents(pack, held, DAY)] == [MET]


@pytest.mark.parametrize(
    ("partners", "outcome"),
    [
        ([{"signed": True, "days_unsigned": 7}, {"signed": True, "days_unsigned": 1}], MET),
        ([{"signed": True, "days_unsigned": 7}, {"days_unsigned": 3}], UNKNOWN),
        ([{"signed": True, "days_unsigned": 1}, {"signed": False, "days_unsigned": 8}], NOT_MET),
        ([{"signed": True, "days_unsigned": 8}], NOT_MET),
    ],
)
def test_one_missing_signature_rejects_all(partners, outcome):
    found = packs.judge(packs.load("eurostars-gate"), {"partners": partners}, DAY)
    assert packs.told_by_all(found) is outcome
    assert {one.clause for one in found} == {"Signatures"}


@pytest.mark.parametrize(
    ("days", "early", "amount", "not_met"),
    [
        (20, False, 2500, {}),
        (20, False, 3200, {"up-to-90-days": 2500}),
        (5, False, 900, {"a-day": 800}),
        (100, True, 3500, {}),
        (100, True, 4000, {"up-to-180-days": 3500}),
        (100, False, 3500, {"longest": None}),
        (4, False, 600, {"shortest": None}),
        (181, True, 3500, {"longest": None}),
        (10, False, 1601, {"a-day": 1600}),
    ],
)
def test_short_missions(days, early, amount, not_met):
    case = {"days": days, "early_career": early, "budget": [{"amount": amount}]}
    found = packs.judge(packs.load("cost-stsm"), case, DAY)
    bounds = {one.rule: one.sum and one.sum.bound for one in found if one.outcome is NOT_MET}
    assert bounds == not_met


@pytest.mark.parametrize(
    ("days", "early", "a_day", "granted", "clause"),
    [
        (20, False, 160, 2500, ""),
        (100, True, 40, 3500, ""),
        (100, False, 40, None, "Duration"),
        (4, False, 160, None, "Duration"),
        (10, False, 200, 1600, ""),
        (10, False, 100, 1000, ""),
        (100, None, 40, None, "Duration"),
    ],
)
def test_what_a_short_mission_is_granted(days, early, a_day, granted, clause):
    case = {"days": days, "budget": [{"amount": days * a_day, "currency": "EUR"}]}
    found = stay_grant(case if early is None else case | {"early_career": early}, on=DAY)
    assert (found["asked"], found["granted"], found["currency"]) == (days * a_day, granted, "EUR")
    assert [one["clause"] for one in found["against"]] == ([clause] if clause else [])
    if granted is not None and granted < days * a_day:
        assert found["cut"][0]["bound"] == granted


def test_a_grant_needs_rules_that_cut_and_a_sum_that_is_known():
    with pytest.raises(packs.PackError, match="no rule that says how much"):
        stay_grant({"days": 20}, pack="stay-joint")
    assert stay_grant({"days": 20}, on=DAY)["granted"] is None
    foreign = {"days": 20, "budget": [{"amount": 9000, "currency": "DKK"}]}
    assert stay_grant(foreign, on=DAY)["granted"] is None
    assert stay_grant(foreign | {"rates": {"DKK": 1, "EUR": 7.5}}, on=DAY)["granted"] == 1200


@pytest.mark.parametrize("text", ["condition: {value: days, at_most: 9}", "cap: {sum: budget, at_least: 9}"])
def test_only_a_cap_on_a_whole_sum_cuts(text):
    said = "id: a\nversion: '1'\nkind: stay\ntitle: {en: A}\nsources: {s: {title: S}}\nrules:\n"
    with pytest.raises(packs.PackError, match="cuts"):
        packs.parse(f"{said}  - {{id: r, clause: c, source: s, says: {{en: x}}, cuts: true, {text}}}\n")


def test_a_sum_in_several_moneys_keeps_to_its_cap_exactly():
    """0.1 + 0.2 is no more than 0.3, and 2,238,000 DKK at 7.46 are 300,000 EUR."""
    lines = [{"partner": "a", "country": "DK", "asked": 2_238_000, "amount": 2_984_000, "currency": "DKK"}]
    case = {"partners": [{"country": "DK"}], "budget": lines, "rates": {"DKK": 1, "EUR": 7.46}}
    assert verdicts("ifd-international", case)["largest"] is MET
    lines[0]["asked"] += 0.01
    assert verdicts("ifd-international", case)["largest"] is NOT_MET
    assert verdicts("ifd-international", case | {"rates": {"DKK": 1}})["largest"] is UNKNOWN
    cents = {"days": 10, "budget": [{"amount": 2499.7}, {"amount": 0.1}, {"amount": 0.2}]}
    assert verdicts("cost-stsm", cents)["up-to-90-days"] is MET


def test_overhead_goes_by_the_legal_status():
    def outcome(kind: str, overhead: float, country: str = "DK") -> Outcome:
        lines = [
            {"partner": "a", "kind": "travel", "amount": 1000, "organisation_kind": kind, "country": country},
            {"partner": "a", "kind": "overhead", "amount": overhead},
        ]
        return verdicts("danish-overhead", {"budget": lines})["overhead"]

    for kind, most in (("university", 440), ("gts", 200), ("public_hospital", 31), ("company", 0)):
        assert (outcome(kind, most), outcome(kind, most + 1)) == (MET, NOT_MET)
    assert outcome("university", 100, "SE") is UNKNOWN


def test_what_the_network_programme_asks_of_documents():
    pack = packs.load("inp", "2020")
    case = {"partners": [{"id": "a"}, {"id": "b"}], "documents": [{"kind": "consent_note", "of": "b"}]}
    missing = [(one.rule, one.of) for one in packs.documents(pack, case, DAY) if one.outcome is not MET]
    assert missing == [("signed_budget", None), ("expression_of_interest", "a"), ("cofunding", None)]


def test_scores_pass_thresholds_unweighted_and_rank_weighted():
    criteria = [{"id": one, "says": {"en": one}, "threshold": 3} for one in ("excellence", "impact", "work")]
    criteria[1]["weight"] = 1.5
    assessment = Assessment.model_validate(
        {"clause": "1", "source": "text", "criteria": criteria, "least_sum": 10}
    )  # fmt: skip
    found = score(assessment, {"excellence": 3, "impact": 4, "work": 3})
    assert (found.total, found.below, found.missing) == (12, (), ())
    assert score(assessment, {"excellence": 3, "impact": 3, "work": 3}).below == ("sum",)
    assert score(assessment, {"excellence": 2.5, "impact": 5, "work": 5}).below == ("excellence",)
    assert score(assessment, {"excellence": 5}).total is None
    with pytest.raises(PackError, match="0 to 5"):
        score(assessment, {"excellence": 5.5})
    with pytest.raises(PackError, match="no criterion"):
        score(assessment, {"beauty": 5})


def test_grades_are_letters_with_numbers():
    grades = {"A": 6, "AB": 5, "B": 4, "BC": 3, "C": 2, "D": 1}
    one = {"id": "overall", "says": {"en": "Overall"}, "least": 1, "most": 6, "grades": grades}
    assessment = Assessment.model_validate({"clause": "1", "source": "text", "criteria": [one]})
    assert score(assessment, {"overall": "AB"}).total == Decimal(5)
    with pytest.raises(PackError, match="A, AB, B"):
        score(assessment, {"overall": "E"})


def test_every_shipped_call_speaks_both_languages_and_names_its_sources():
    for name in CALLS:
        pack = packs.parse((files("udsyn.packs") / "data" / name).read_text(encoding="utf-8"))
        assert set(pack.values) == set(pack.value_sources)
        for thing in pack.quoting():
            assert thing.clause
            assert set(getattr(thing, "says", {"da": 1, "en": 1})) == {"da", "en"}, (name, thing)
