"""Where home and partner are both strong, how well that is used, and what rests on too few works to say.

A country is *strong* in a field when its activity index is above 1 with CONFIDENCE (one-sided). Both must be, so that
luck has to strike twice; docs/indicators.md gives the measured rates of misses and false calls.

Rows come in this order: fields with enough works in both countries first, among them joint strengths first, then by a
sum of logarithms with weights that the reader can change. Each row says between which ranks it moves when a weight is
left out, halved or doubled. Small fields are damped towards the world's mean, and never left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from math import log
from typing import Any, Unpack

import polars as pl

from udsyn.errors import UsageError
from udsyn.evidence import formulas
from udsyn.evidence.address import stem
from udsyn.evidence.intervals import LEVEL, UNKNOWN, Interval, poisson_interval, ratio_interval, share_interval
from udsyn.evidence.profile import SEED, impact_rows, outputs, shown_id
from udsyn.evidence.question import LEVELS, Parts, Question, ask
from udsyn.evidence.result import Result
from udsyn.evidence.shares import OUTPUT
from udsyn.evidence.sources import WORLD, Source, choose, of_source, provenance
from udsyn.evidence.ties import expected_per_member
from udsyn.record.engine import Place, Record
from udsyn.record.tables import COUNTRY_FIELD_YEAR

WELL_USED = "joint strength, well used"
UNDER_USED = "joint strength, under-used"
JOINT = "joint strength"  #: where the source has no joint works per field
COMPLEMENTARY = "complementary"
WEAK = "weak"
TOO_FEW = "too few works"  #: in either country: shown, and never called a strength
QUADRANTS = (UNDER_USED, WELL_USED, JOINT, COMPLEMENTARY, WEAK, TOO_FEW)  #: opportunities first

#: what the order rests on: mean logarithm of both countries' damped activity index, citation impact and growth
WEIGHTS: Mapping[str, float] = {"specialisation": 1.0, "impact": 1.0, "growth": 0.0}
#: how sure it must be that an activity index is above 1, or a share is growing
CONFIDENCE = 0.8
#: as many average works are added to every field before it is judged
PRIOR_WORKS = 20
#: fields with fewer works in either country come after the others
MIN_WORKS = 20
#: years over which `since` smooths
WINDOW = 3


@dataclass(frozen=True)
class Side:
    """What one country brings to a field. None where it cannot be had."""

    works: float  #: full counting where the source has it
    activity: float | None = None
    activity_low: float | None = None
    activity_high: float | None = None
    activity_floor: float | None = None  #: above this with CONFIDENCE
    activity_damped: float = 1.0
    mncs: float | None = None
    mncs_low: float | None = None
    mncs_high: float | None = None
    growth: float | None = None
    growth_low: float | None = None
    growth_high: float | None = None
    growth_floor: float | None = None

    @property
    def strong(self) -> bool:
        return self.activity_floor is not None and self.activity_floor > 1

    @property
    def growing(self) -> bool:
        return self.growth_floor is not None and self.growth_floor > 0

    def terms(self) -> dict[str, float]:
        """Logarithms of the damped values, by name of the weight."""
        trust = self.works / (self.works + PRIOR_WORKS)
        return {
            "specialisation": log(self.activity_damped),
            "impact": log(damped(self.works * (1.0 if self.mncs is None else self.mncs), self.works)),
            "growth": trust * log(max(1 + self.growth, 0.01)) if self.growth is not None else 0.0,
        }


TIE_COLUMNS = ("joint_works", "expected", "observed_expected", "observed_expected_low", "observed_expected_high")
SIDE_COLUMNS = tuple(Side.__dataclass_fields__)
SCHEMA: Mapping[str, Any] = {
    "rank": pl.Int64,
    "member": pl.String,
    "name": pl.String,
    "quadrant": pl.String,
    "score": pl.Float64,
    "rank_best": pl.Int64,
    "rank_worst": pl.Int64,
    "since": pl.Int64,
    **dict.fromkeys(TIE_COLUMNS, pl.Float64),
    **{f"{who}_{name}": pl.Float64 for who in ("home", "partner") for name in SIDE_COLUMNS},
    "result": pl.String,
}


def strengths(
    record: Place, question: Question | str | None = None, partner: str | None = None, /, **parts: Unpack[Parts]
) -> Result:
    """One row per member of a level, the strongest joint areas first.

    Columns: rank, id, name, quadrant, score, rank_best and rank_worst (over changes of the weights), since (the year
    from which both have been above the world's mix), joint_works, expected, observed_expected with its interval, and
    for home and partner: works, activity (index) with its interval, activity_damped, mncs with its interval, growth
    (of the share in the world's works of the field, second half of the period over the first) with its interval.
    Raises UsageError for an unknown country, level, weight or source.
    """
    asked = ask("strengths", question, parts, partner=partner)
    return strengths_with(record, [asked.other], asked)[asked.other]


def strengths_with(
    record: Place, partners: Sequence[str], question: Question | str | None = None, **parts: Unpack[Parts]
) -> dict[str, Result]:
    """Partner → what `strengths` says of home and that partner; home is looked at once for all of them."""
    record, asked = Record.open(record), ask("strengths", question, parts, level="field", seed=SEED)
    one, others = asked.country, [replace(asked, partner=label).other for label in partners]
    level, years, min_works = asked.level, asked.years, min_works_of(asked)
    if level not in LEVELS[1:]:
        raise UsageError(f"no level {level}: choose one of {', '.join(LEVELS[1:])}.")
    rule = rule_of(dict(asked.weights))
    chosen = choose(record, COUNTRY_FIELD_YEAR, asked, OUTPUT)
    cube = of_source(record, COUNTRY_FIELD_YEAR, chosen.name, years).filter(pl.col("level") == level)
    names, ours = sides(record, chosen, cube, one, asked)
    origin = provenance(record, chosen, "strengths", asked.counting, years, asked.seed if chosen.counted else None)
    found = {}
    for other in others:
        _, theirs = sides(record, chosen, cube, other, asked)
        joint = expected_per_member(record, chosen, one, other, level, years)
        begun = since(cube, one, other)
        address = stem("strengths", replace(asked, partner=other))
        rows = [
            pair_row(member, name, ours[member], theirs[member], joint, begun.get(member), min_works, address)
            for member, name in names.items()
        ]
        frame = pl.DataFrame(ordered(rows, rule), schema=SCHEMA)
        frame = frame.select("rank", shown_id(frame, level), pl.exclude("rank", "member"))
        found[other] = Result(frame, origin, tuple(notes_of(chosen, rule, min_works, bool(joint))))
    return found


def strengths_in(
    record: Place, partners: Sequence[str], question: Question | str | None = None, **parts: Unpack[Parts]
) -> Result:
    """One row per partner for the question's unit: the row that `strengths` has for it, with `partner` first.

    Partners come in the order of the quadrants, in each by how far joint works stay behind expectation. Raises
    UsageError for an unknown country, level, source or member.
    """
    record, asked = Record.open(record), ask("strengths_in", question, parts, seed=SEED)
    if asked.unit is None:
        raise UsageError("no unit is named: say in what the partners are compared, as unit='field/21'.")
    one, (level, member), years, min_works = asked.country, asked.unit, asked.years, min_works_of(asked)
    asked = replace(asked, level=level)
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

    name, ours = side(one)
    rows = []
    for other in others:
        joint = expected_per_member(record, chosen, one, other, level, years, only=member)
        address = stem("strengths", replace(asked, partner=other))
        begun = since(cube, one, other).get(member)
        row = pair_row(member, name, ours, side(other)[1], joint, begun, min_works, address)
        rows.append({"partner": other, **{key: row.get(key) for key in SCHEMA}})
    rows.sort(key=lambda row: (QUADRANTS.index(str(row["quadrant"])), row["observed_expected"] or 0.0, row["partner"]))
    frame = pl.DataFrame(rows, schema={"partner": pl.String, **SCHEMA})
    frame = frame.drop("rank", "score", "rank_best", "rank_worst", "member")
    origin = provenance(record, chosen, "strengths", asked.counting, years, asked.seed if chosen.counted else None)
    return Result(frame, origin, chosen.said)


def min_works_of(asked: Question) -> int:
    return MIN_WORKS if asked.min_works is None else asked.min_works


def confidence_of(asked: Question) -> float:
    """How sure a verdict must be. Raises UsageError for what makes no sense."""
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
    begun: int | None,
    min_works: int,
    address: str,
) -> dict[str, Any]:
    """What two sides make together in one member of a level; `joint` is empty where joint works per field lack."""
    tie = joint.get(member, (0.0, 0.0)) if joint else None
    judged = enough(ours, theirs, min_works)
    return {
        "member": member,
        "name": name,
        "quadrant": quadrant(ours, theirs, tie) if judged else TOO_FEW,
        "since": begun,
        "terms": mean_terms(ours, theirs),
        "joint": ours.strong and theirs.strong,
        "enough": judged,
        **(tie_columns(*tie) if tie else {}),
        **{f"home_{key}": value for key, value in asdict(ours).items()},
        **{f"partner_{key}": value for key, value in asdict(theirs).items()},
        "result": f"{address}/{member}",
    }


def rule_of(weights: Mapping[str, float] | None) -> dict[str, float]:
    """The default weights with the reader's own in place of some."""
    unknown = sorted(set(weights or {}) - set(WEIGHTS))
    if unknown:
        raise UsageError(f"no weight {', '.join(unknown)}: choose from {', '.join(WEIGHTS)}.")
    rule = {**WEIGHTS, **(weights or {})}
    if not any(rule.values()):
        raise UsageError("all weights are 0: give at least one of them a value.")
    return rule


def notes_of(source: Source, rule: Mapping[str, float], min_works: int, joint: bool) -> list[str]:
    """The rule of the order, and what is missing."""
    terms = " + ".join(f"{weight:g} × {name}" for name, weight in rule.items() if weight)
    order = f"order: fields with at least {min_works} works in both countries, then joint strengths, then {terms}; "
    notes = [*source.said, order + "each term is the mean logarithm of both countries' damped values."]
    if not source.counted:
        notes.append(f"{source.name} has no citations: impact is left out of the order.")
    if not joint:
        notes.append(f"{source.name} has no joint works per field: whether a joint strength is used cannot be said.")
    return notes


# One country ----------------------------------------------------------------------------------------------------


def sides(
    record: Record,
    source: Source,
    cube: pl.DataFrame,
    country: str,
    asked: Question,
    only: str | None = None,
) -> tuple[dict[str, str | None], dict[str, Side]]:
    """The names of all members, and what the country brings to each; impact is measured for `only` one, where named."""
    confidence = confidence_of(asked)
    rows = outputs(record, source, country, asked.level, asked.years)
    if source.counted:
        rows = rows.join(impact_rows(record, source, country, asked, only), on="member", how="left")
    count, field = f"works_{asked.counting}", f"world_{asked.counting}"
    total, world = float(rows[count].sum()), float(rows[field].sum())
    trend = growth(cube, country)
    one_sided = 2 * confidence - 1  # the two-sided level whose lower bound is the floor
    names, found = {}, {}
    for row in rows.to_dicts():
        member = row["member"]
        names[member] = row["name"]
        average = total * row[field] / world if world and row[field] else 0.0
        sample = (row[count], total, average, row.get("effective_works"))
        low, high = activity_interval(*sample, LEVEL)
        rise, spread = trend.get(member, (None, 0.0))
        rise_low, rise_high = growth_interval(rise, spread, LEVEL)
        found[member] = Side(
            works=row["works_full"] if row["works_full"] is not None else row["works_fractional"],
            activity=formulas.activity_index(row[count], total, row[field], world) if average else None,
            activity_low=low,
            activity_high=high,
            activity_floor=activity_interval(*sample, one_sided)[0],
            activity_damped=damped(row[count], average),
            mncs=row.get("mncs"),
            mncs_low=row.get("mncs_low"),
            mncs_high=row.get("mncs_high"),
            growth=rise,
            growth_low=rise_low,
            growth_high=rise_high,
            growth_floor=growth_interval(rise, spread, one_sided)[0],
        )
    return names, found


def damped(observed: float, average: float) -> float:
    """A ratio drawn towards 1 as far as it rests on few works: (observed + k) / (average + k) with k = PRIOR_WORKS.

    The mean of a gamma-Poisson model whose prior weighs as much as k works.
    """
    return (observed + PRIOR_WORKS) / (average + PRIOR_WORKS)


def activity_interval(count: float, total: float, average: float, effective: float | None, level: float) -> Interval:
    """The interval of an activity index: Wilson's for the field's share in the country, over its share in the world.

    Sharing works out blurs a count; the effective works of the field say how much.
    """
    if not average:
        return UNKNOWN
    blur = min(1.0, effective / count) if effective and count else 1.0
    low, high = share_interval(count / total, total * blur, level)
    return (None if low is None else low * total / average), (None if high is None else high * total / average)


def growth_interval(rise: float | None, spread: float, level: float) -> Interval:
    """The interval of a growth whose ratio has the given variance of the logarithm."""
    if rise is None:
        return UNKNOWN
    low, high = ratio_interval(1 + rise, spread, level)
    return low - 1, high - 1


def growth(cube: pl.DataFrame, country: str) -> dict[str, tuple[float, float]]:
    """Member → (growth, variance of its logarithm) of the country's share of the world's works of the field.

    Growth is the share in the second half of the years over that in the first, less 1.
    """
    if cube.is_empty() or cube["year"].n_unique() < 2:
        return {}
    counts = "works" if cube["works"].count() else "works_fractional"
    years = sorted(cube["year"].unique().to_list())
    late = pl.col("year") >= years[len(years) // 2]
    halves = (
        cube.filter(pl.col("country").is_in([country, WORLD]))
        .group_by("member", "country", late.alias("late"), maintain_order=True)
        .agg(pl.col(counts).sum())
    )
    at = {(row["member"], row["country"], row["late"]): row[counts] for row in halves.to_dicts()}
    found: dict[str, tuple[float, float]] = {}
    for member in halves["member"].unique(maintain_order=True):
        early_own, late_own = (at.get((member, country, half)) or 0.0 for half in (False, True))
        early_all, late_all = (at.get((member, WORLD, half)) or 0.0 for half in (False, True))
        if early_own and late_own and early_all and late_all:
            ratio = (late_own / late_all) / (early_own / early_all)
            found[member] = (ratio - 1, 1 / early_own + 1 / late_own)
    return found


# Both together ----------------------------------------------------------------------------------------------------


def enough(ours: Side, theirs: Side, min_works: int) -> bool:
    """Whether both countries have the works that a verdict needs."""
    return min(ours.works, theirs.works) >= min_works


def quadrant(ours: Side, theirs: Side, joint: tuple[float, float] | None) -> str:
    """The name of what two sides make together; `joint` is (joint works, expected), None where not held."""
    if ours.strong and theirs.strong:
        if joint is None:
            return JOINT
        return WELL_USED if joint[0] >= joint[1] else UNDER_USED
    if (ours.strong and theirs.growing) or (theirs.strong and ours.growing):
        return COMPLEMENTARY
    return WEAK


def tie_columns(joint: float, expected: float) -> dict[str, float | None]:
    """Joint works against expectation, with the exact interval of the count."""
    low, high = poisson_interval(joint)
    ratios = [value / expected if expected > 0 else None for value in (joint, low, high)]
    return dict(zip(TIE_COLUMNS, (joint, expected, *ratios), strict=True))


def joint_strengths(rows: pl.DataFrame, quadrant: str = JOINT) -> pl.DataFrame:
    """The rows in which both countries are strong; of one of the joint quadrants where named."""
    return rows.filter(pl.col("quadrant").str.starts_with(quadrant))


def mean_terms(ours: Side, theirs: Side) -> dict[str, float]:
    one, other = ours.terms(), theirs.terms()
    return {name: (one[name] + other[name]) / 2 for name in WEIGHTS}


def since(cube: pl.DataFrame, home: str, partner: str) -> dict[str, int]:
    """Member → the year from which on both countries' activity index over WINDOW years has stayed above 1."""
    counts = "works_fractional" if not cube.is_empty() and cube["works_fractional"].count() else "works"
    frame = cube.filter(pl.col("country").is_in([home, partner, WORLD])).select("country", "member", "year", counts)
    years = sorted(frame["year"].unique().to_list())
    held: dict[tuple[str, str, int], float] = {}
    totals: dict[tuple[str, int], float] = {}
    for country, member, year, value in frame.iter_rows():
        held[country, member, year] = value or 0.0
        totals[country, year] = totals.get((country, year), 0.0) + (value or 0.0)

    def above(country: str, member: str, window: list[int]) -> bool:
        own, field = (sum(held.get((who, member, y), 0.0) for y in window) for who in (country, WORLD))
        total, world = (sum(totals.get((who, y), 0.0) for y in window) for who in (country, WORLD))
        return field > 0 and total > 0 and own * world > field * total

    windows = [years[max(0, i - WINDOW + 1) : i + 1] for i in range(len(years))]
    found = {}
    for member in frame["member"].unique(maintain_order=True):
        for window in reversed(windows):
            if not (above(home, member, window) and above(partner, member, window)):
                break
            found[member] = int(window[-1])
    return found


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
        return not row["enough"], not row["joint"], -score(row, rule), row["member"]

    order = sorted(range(len(rows)), key=key)
    ranks = [0] * len(rows)
    for place, index in enumerate(order, start=1):
        ranks[index] = place
    return ranks


def score(row: Mapping[str, Any], rule: Mapping[str, float]) -> float:
    return float(sum(weight * row["terms"][name] for name, weight in rule.items()))
