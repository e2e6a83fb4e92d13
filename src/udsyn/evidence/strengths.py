"""Where home and partner are both strong, how well that is used, and what cannot be told or rests on too few works.

Two axes, each with its interval: specialisation (activity index) and impact (MNCS), and the share of the world's works
as size. `udsyn.evidence.verdicts` says what may be called what; docs/indicators.md gives the rules and
docs/strengths_proof.md the measured rates of misses and false calls.

Rows come in this order: fields with enough works in both countries first, among them those in which both are
specialised, then by a sum of logarithms with weights that the reader can change. Each row says between which ranks it
moves when a weight is left out, halved or doubled. Small fields are damped towards the world's mean, never left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, Unpack

import polars as pl

from udsyn.errors import UsageError
from udsyn.evidence import teams
from udsyn.evidence.address import stem
from udsyn.evidence.intervals import poisson_interval
from udsyn.evidence.profile import SEED, shown_id
from udsyn.evidence.question import LEVELS, Parts, Question, ask
from udsyn.evidence.result import Result
from udsyn.evidence.shares import OUTPUT
from udsyn.evidence.sides import Side, sides
from udsyn.evidence.sources import Source, choose, demand_told, of_source, provenance, tells_of
from udsyn.evidence.ties import expected_per_member
from udsyn.evidence.verdicts import CITED_BELOW, CONFIDENCE, JOINT, MATTERS, QUADRANTS, decide, expected_p
from udsyn.record.engine import Place, Record
from udsyn.record.tables import COUNTRY_FIELD_YEAR

#: what the order rests on: mean logarithm of both countries' damped activity index, citation impact and growth
WEIGHTS: Mapping[str, float] = {"specialisation": 1.0, "impact": 1.0, "growth": 0.0}
#: fields with fewer works in either country come after the others
MIN_WORKS = 20

TIE_COLUMNS = ("joint_works", "expected", "observed_expected", "observed_expected_low", "observed_expected_high")
VERDICT_COLUMNS = ("strong_q", "use_p", "use_q", "growing_q")
SIDE_COLUMNS = tuple(Side.__dataclass_fields__)
SCHEMA: Mapping[str, Any] = {
    "rank": pl.Int64,
    "member": pl.String,
    "name": pl.String,
    "quadrant": pl.String,
    "score": pl.Float64,
    "rank_best": pl.Int64,
    "rank_worst": pl.Int64,
    **dict.fromkeys((*VERDICT_COLUMNS, *TIE_COLUMNS), pl.Float64),
    **{f"{who}_{name}": pl.Float64 for who in ("home", "partner") for name in SIDE_COLUMNS},
    "result": pl.String,
}


def strengths(
    record: Place, question: Question | str | None = None, partner: str | None = None, /, **parts: Unpack[Parts]
) -> Result:
    """One row per member of a level, the strongest joint areas first.

    Columns: rank, id, name, quadrant, score, rank_best and rank_worst (over changes of the weights); strong_q, use_q
    and growing_q (the q values that the quadrant rests on, over all rows with enough works) and use_p; joint_works,
    expected, observed_expected with its interval; and for home and partner: works, share (of the world's works of the
    field), activity (index) with its p value of an index of 1 or less, activity_damped, design_effect, mncs, growth (of
    the share, second half of the period over the first, in the counting asked for) with its p value of a growth up to
    MATTERS, and growth_full and growth_fractional; intervals in `_low` and `_high`. Of the joint strengths that are
    called at most 1 - confidence are expected to be false. Raises UsageError for an unknown country, level, weight or
    source.
    """
    asked = ask("strengths", question, parts, partner=partner)
    return strengths_with(record, [asked.other], asked)[asked.other]


def strengths_with(
    record: Place, partners: Sequence[str], question: Question | str | None = None, **parts: Unpack[Parts]
) -> dict[str, Result]:
    """Partner → what `strengths` says of home and that partner, with q values over all partners and fields together.

    Of several partners those on whom a panel holds nothing are left out; for one alone NotHeld is raised.
    """
    record, asked = Record.open(record), ask("strengths", question, parts, level="field", seed=SEED)
    one, others = asked.country, [replace(asked, partner=label).other for label in partners]
    level, years, min_works, confidence = asked.level, asked.years, min_works_of(asked), confidence_of(asked)
    if level not in LEVELS[1:]:
        raise UsageError(f"no level {level}: choose one of {', '.join(LEVELS[1:])}.")
    rule = rule_of(dict(asked.weights))
    chosen = choose(record, COUNTRY_FIELD_YEAR, asked, OUTPUT)
    cube = of_source(record, COUNTRY_FIELD_YEAR, chosen.name, years).filter(pl.col("level") == level)
    for country in [one, *others[: len(others) == 1]]:
        demand_told(record, chosen, country)
    others = [other for other in others if tells_of(record, chosen, other)]
    names, ours = sides(record, chosen, cube, one, asked)
    hang = teams.joint(record, chosen, one, years)
    rows: dict[str, list[dict[str, Any]]] = {}
    for other in others:
        _, theirs = sides(record, chosen, cube, other, asked)
        joint = expected_per_member(record, chosen, one, other, level, years)
        address = stem("strengths", replace(asked, partner=other))
        rows[other] = [
            pair_row(member, name, ours[member], theirs[member], joint, hang.of(other), min_works, address)
            for member, name in names.items()
        ]
    together = [row for found in rows.values() for row in found]
    decide(together, confidence)
    origin = provenance(record, chosen, "strengths", asked.counting, years, asked.seed if chosen.counted else None)
    notes = (*notes_of(chosen, rule, min_works), teams.said(record, chosen), level_note(together, confidence))
    return {other: Result(framed(found, rule, level), origin, notes) for other, found in rows.items()}


def strengths_in(
    record: Place, partners: Sequence[str], question: Question | str | None = None, **parts: Unpack[Parts]
) -> Result:
    """One row per partner for the question's unit: the row that `strengths` has for it, with `partner` first.

    q values are over the partners. Partners come in the order of the quadrants, in each by how far joint works stay
    behind expectation. Raises UsageError for an unknown country, level, source or member.
    """
    record, asked = Record.open(record), ask("strengths_in", question, parts, seed=SEED)
    if asked.unit is None:
        raise UsageError("no unit is named: say in what the partners are compared, as unit='field/21'.")
    one, (level, member), years, min_works = asked.country, asked.unit, asked.years, min_works_of(asked)
    asked, confidence = replace(asked, level=level), confidence_of(asked)
    others = [replace(asked, partner=label).other for label in partners]
    chosen = choose(record, COUNTRY_FIELD_YEAR, asked, OUTPUT)
    cube = of_source(record, COUNTRY_FIELD_YEAR, chosen.name, years).filter(pl.col("level") == level)
    if member not in cube["member"]:
        known = cube.select("member", "name").unique().sort(pl.col("member").cast(pl.Int64, strict=False)).rows()
        listed = ", ".join(f"{id_} {name}" for id_, name in known[:30]) or f"none at level {level}"
        raise UsageError(f"no {level} {member} in {chosen.name}; it holds {listed}.")

    def side(country: str) -> tuple[str | None, Side]:
        names, found = sides(record, chosen, cube, country, asked, only=member)
        return names[member], found[member]

    demand_told(record, chosen, one)
    silent = [other for other in others if not tells_of(record, chosen, other)]
    name, ours = side(one)
    hang = teams.joint(record, chosen, one, years)
    rows = []
    for other in (label for label in others if label not in silent):
        joint = expected_per_member(record, chosen, one, other, level, years, only=member)
        address = stem("strengths", replace(asked, partner=other))
        row = pair_row(member, name, ours, side(other)[1], joint, hang.of(other), min_works, address)
        rows.append({"partner": other, **row})
    decide(rows, confidence)
    rows.sort(key=lambda row: (QUADRANTS.index(row["quadrant"]), row.get("observed_expected") or 0.0, row["partner"]))
    kept = [{key: row.get(key) for key in ("partner", *SCHEMA)} for row in rows]
    frame = pl.DataFrame(kept, schema={"partner": pl.String, **SCHEMA})
    frame = frame.drop("rank", "score", "rank_best", "rank_worst", "member")
    origin = provenance(record, chosen, "strengths", asked.counting, years, asked.seed if chosen.counted else None)
    unknown = [f"nothing held on {', '.join(silent)} in {chosen.name}."] if silent else []
    return Result(frame, origin, (*chosen.said, *unknown, teams.said(record, chosen), level_note(rows, confidence)))


def min_works_of(asked: Question) -> int:
    return MIN_WORKS if asked.min_works is None else asked.min_works


def confidence_of(asked: Question) -> float:
    """How sure the verdicts together must be. Raises UsageError for what makes no sense."""
    confidence = CONFIDENCE if asked.confidence is None else asked.confidence
    if not 0.5 <= confidence < 1:
        raise UsageError(f"a confidence of {confidence:g} makes no sense: give one from 0.5 to 0.99.")
    return confidence


def pair_row(
    member: str,
    name: str | None,
    ours: Side,
    theirs: Side,
    joint: Mapping[str, tuple[float, float]],
    hang: float,
    min_works: int,
    address: str,
) -> dict[str, Any]:
    """What two sides bring together in one member of a level, not judged yet.

    `joint` is empty where joint works per field lack; `hang` is the design effect of the two countries' joint works.
    """
    tie = joint.get(member, (0.0, 0.0)) if joint else None
    return {
        "member": member,
        "name": name,
        "terms": mean_terms(ours, theirs),
        "enough": min(ours.works, theirs.works) >= min_works,
        "use_p": expected_p(*tie, hang) if tie else None,
        **(tie_columns(*tie, hang) if tie else {}),
        **{f"home_{key}": value for key, value in asdict(ours).items()},
        **{f"partner_{key}": value for key, value in asdict(theirs).items()},
        "result": f"{address}/{member}",
    }


def tie_columns(joint: float, expected: float, hang: float) -> dict[str, float | None]:
    """Joint works against expectation, with the exact interval of as many works as tell independently."""
    low, high = (hang * end for end in poisson_interval(joint / hang))
    ratios = [value / expected if expected > 0 else None for value in (joint, low, high)]
    return dict(zip(TIE_COLUMNS, (joint, expected, *ratios), strict=True))


def joint_strengths(rows: pl.DataFrame, quadrant: str = JOINT) -> pl.DataFrame:
    """The rows in which both countries are strong; of one of the joint quadrants where named."""
    return rows.filter(pl.col("quadrant").str.starts_with(quadrant))


# Notes and order --------------------------------------------------------------------------------------------------


def rule_of(weights: Mapping[str, float] | None) -> dict[str, float]:
    """The default weights with the reader's own in place of some."""
    unknown = sorted(set(weights or {}) - set(WEIGHTS))
    if unknown:
        raise UsageError(f"no weight {', '.join(unknown)}: choose from {', '.join(WEIGHTS)}.")
    rule = {**WEIGHTS, **(weights or {})}
    if not any(rule.values()):
        raise UsageError("all weights are 0: give at least one of them a value.")
    return rule


def level_note(rows: Sequence[Mapping[str, Any]], confidence: float) -> str:
    """At which level the verdicts stand, over how many looks."""
    judged = sum(row["enough"] for row in rows)
    return (
        f"verdicts: {judged} pairs of a field and a partner were looked at together. Of each kind of verdict (joint "
        f"strength, its use, growth) at most {100 * (1 - confidence):g} % are expected to be false; growth counts "
        f"above {100 * MATTERS:g} %."
    )


def notes_of(source: Source, rule: Mapping[str, float], min_works: int) -> list[str]:
    """The rule of the order, and what is missing."""
    terms = " + ".join(f"{weight:g} × {name}" for name, weight in rule.items() if weight)
    order = f"order: fields with at least {min_works} works in both countries, then those in which both are "
    order += f"specialised, then {terms}; each term is the mean logarithm of both countries' damped values."
    notes = [*source.said, order]
    if not source.counted:
        notes.append(f"{source.name} has no citations: impact is left out of the order and of the verdicts.")
        notes.append(f"{source.name} has no joint works per field: whether a joint strength is used cannot be said.")
    return notes


def mean_terms(ours: Side, theirs: Side) -> dict[str, float]:
    one, other = ours.terms(), theirs.terms()
    return {name: (one[name] + other[name]) / 2 for name in WEIGHTS}


def framed(rows: list[dict[str, Any]], rule: Mapping[str, float], level: str) -> pl.DataFrame:
    """Judged rows in order, as a frame with ids as OpenAlex writes them."""
    frame = pl.DataFrame(ordered(rows, rule), schema=SCHEMA)
    return frame.select("rank", shown_id(frame, level), pl.exclude("rank", "member"))


def ordered(rows: list[dict[str, Any]], rule: Mapping[str, float]) -> list[dict[str, Any]]:
    """Rows in order with score, rank, and the ranks between which each moves when the weights change."""
    ranks = [ranking(rows, changed) for changed in (rule, *alternatives(rule))]
    for index, row in enumerate(rows):
        row["score"] = score(row, rule)
        row["rank"] = ranks[0][index]
        row["rank_best"], row["rank_worst"] = min(r[index] for r in ranks), max(r[index] for r in ranks)
    kept = [{name: row.get(name) for name in SCHEMA} for row in rows]
    return sorted(kept, key=lambda row: row["rank"])


def alternatives(rule: Mapping[str, float]) -> Iterator[dict[str, float]]:
    """The rule with each weight in turn left out, halved and doubled, as long as one weight is left."""
    for name, weight in rule.items():
        for factor in (0.0, 0.5, 2.0):
            changed = {**rule, name: weight * factor}
            if weight and any(changed.values()):
                yield changed


def ranking(rows: list[dict[str, Any]], rule: Mapping[str, float]) -> list[int]:
    """The rank of each row under a rule, from 1."""

    def key(index: int) -> tuple[bool, bool, float, str]:
        row = rows[index]
        both = row["quadrant"].startswith(JOINT) or row["quadrant"] == CITED_BELOW
        return not row["enough"], not both, -score(row, rule), row["member"]

    order = sorted(range(len(rows)), key=key)
    ranks = [0] * len(rows)
    for place, index in enumerate(order, start=1):
        ranks[index] = place
    return ranks


def score(row: Mapping[str, Any], rule: Mapping[str, float]) -> float:
    return float(sum(weight * row["terms"][name] for name, weight in rule.items()))
