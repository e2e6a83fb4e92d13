"""What an instrument did to the joint works of the pairs that it joined: grants, stays, events, introductions.

Grants are judged at the line (`discontinuity`) and over time (`staggered`), the others over time. Where a ledger holds
nobody who could be compared with, pairs of the record that were alike before take that place (`grants`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from udsyn.errors import NotHeld, UsageError
from udsyn.evidence.effect.discontinuity import Applicants, Jump, discontinuity, distances, other_lines
from udsyn.evidence.effect.dyads import Z_POWER, Z
from udsyn.evidence.effect.grants import grants_effect
from udsyn.evidence.effect.joint import Joint, joint_works
from udsyn.evidence.effect.ledger import Pair, kept_under, load_ledger, of_instrument, pairs_of
from udsyn.evidence.effect.panel import Ints
from udsyn.evidence.effect.placebo import LEVEL
from udsyn.evidence.effect.staggered import NEVER, PRETREND, SPAN, Ratio, after_only, pretended, staggered
from udsyn.evidence.effect.verdict import PRETREND_ALPHA, bounds, compared
from udsyn.evidence.result import Provenance
from udsyn.evidence.words import change, stated
from udsyn.record.care import kept_as
from udsyn.record.engine import Place, Record

DRAWS = 99  #: pretended ledgers
LINE, OVER_TIME, AFTERWARDS, MATCHED = "regression_discontinuity", "staggered_did", "after_only", "matched_pairs"
MADE = {"grants": "funded", "stays": "with a stay", "events": "that met", "introductions": "that were introduced"}


@dataclass(frozen=True)
class Row:
    """One estimator's answer; effect 0.25 = +25 %, null where it cannot be had."""

    estimator: str
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    pretrend_p: float | None = None
    placebo_rank: int | None = None
    placebos: int | None = None
    mde: float | None = None
    verdict: str = ""
    treated: int = 0
    untreated: int = 0
    without_before: int | None = None  #: treated pairs without a joint work before
    works: float | None = None
    expected: float | None = None
    p_value: float | None = None
    line_low: int | None = None  #: pairs within the bandwidth below the line, and above it
    line_high: int | None = None
    bandwidth: float | None = None  #: in points of rating
    taken_up: float | None = None  #: by how much more often pairs above the line were treated
    manipulation_p: float | None = None
    dose: str | None = None  #: how many ties these pairs had in their first year; None: any number


@dataclass(frozen=True)
class InstrumentEffect:
    """Rows, where they come from, and what their reader must know."""

    rows: list[Row]
    provenance: Provenance
    notes: tuple[str, ...]

    def records(self) -> list[dict[str, Any]]:
        return [{**asdict(row), **asdict(self.provenance)} for row in self.rows]


def instrument_effect(
    place: Place, ledger: Path, question: str, *, source: str | None = None, placebos: int = DRAWS
) -> InstrumentEffect:
    """Judge one instrument by a ledger of ties.

    question: grants, stays, events or introductions. Raises UsageError where the ledger cannot be read, NotHeld where
    the record holds no works. Too little data is an answer: a row without an effect, and a sentence.
    """
    record = Record.open(place)
    joint, said = in_ledger(record, ledger, question, source)
    rows = list(judged(joint, question, placebos))
    if rows[-1].effect is None and rows[-1].estimator == OVER_TIME:
        rows.append(matched(record, joint))
    return InstrumentEffect(rows, joint.provenance, said)


def in_ledger(record: Record, ledger: Path, question: str, source: str | None) -> tuple[Joint, tuple[str, ...]]:
    """The joint works of an instrument's pairs, and what was left out of them."""
    same = dict(kept_as(record).rows())
    entries, others = of_instrument(list(kept_under(load_ledger(ledger), same)), question)
    if not entries:
        named = ", ".join(sorted({entry.instrument[:40] for entry in others}))
        raise UsageError(f"{ledger} holds no {question}; its ties are of: {named}.")
    elsewhere = {entry.members for entry in others if entry.treated}
    all_ = list(pairs_of(entries))
    pairs = [pair for pair in all_ if pair.members not in elsewhere]
    joint = joint_works(record, pairs, source)
    late = sum(pair.treated_from is not None and pair.treated_from >= joint.last for pair in joint.pairs)
    early = sum(pair.treated_from is not None and pair.treated_from < joint.first for pair in joint.pairs)
    left_out = [
        (early, f"made before {joint.first}, the first year that counts: no year before the tie is held"),
        (late, f"made in {joint.last}, the last complete year, or later: no year after the tie is held yet"),
        (len(all_) - len(pairs), "also joined by another instrument: what came of which cannot be told apart"),
        (joint.hidden, "with a member who does not want to be listed"),
    ]
    said = tuple(f"Left out: {many(number)} {why}." for number, why in left_out if number)
    return joint, (*joint.notes, *said)


def judged(joint: Joint, question: str, placebos: int = DRAWS) -> Iterator[Row]:
    """The estimators of one instrument."""
    if question == "grants":
        yield at_the_line(joint)
    row = over_time(joint, question, placebos)
    if row.effect is None and (later := afterwards(joint, question)) is not None:
        row = later
    yield row


def starts(joint: Joint) -> Ints:
    """The index of each pair's first year; NEVER for the untreated. A year after the record's last has no after."""
    years = (pair.treated_from for pair in joint.pairs)
    return np.array([NEVER if year is None else year - joint.first for year in years], dtype=np.int64)


def members_of(pairs: Sequence[Pair]) -> Ints:
    """Who is in each pair, numbered."""
    named = [(pair.members[0], member) for pair in pairs for member in pair.members[1:]]
    number = {name: place for place, name in enumerate(dict.fromkeys(named))}
    return np.array([number[name] for name in named], dtype=np.int64).reshape(-1, 2)


def over_time(joint: Joint, question: str, placebos: int) -> Row:
    """Staggered difference-in-differences over all pairs of the ledger."""
    first, members = starts(joint), members_of(joint.pairs)
    treated, untreated = int((first < NEVER).sum()), int((first == NEVER).sum())
    found = staggered(joint.works, first, members)
    if found is None:
        return Row(OVER_TIME, treated=treated, untreated=untreated, verdict=too_little(joint, first))
    before = staggered(joint.works, first, members, PRETREND)
    chance = pretended(joint.works, first, members, placebos)
    row = replace(figures(OVER_TIME, found), pretrend_p=before.p_value if before else None, **ranked(found, chance))
    against = "expected from pairs that were not (or not yet) joined"
    return replace(row, verdict=sentence(found, MADE[question], against, trend(before)))


def afterwards(joint: Joint, question: str) -> Row | None:
    """Pairs that wrote nothing together before: those who took part against those who did not, afterwards."""
    first = starts(joint)
    entry = np.array([pair.first.year - joint.first for pair in joint.pairs], dtype=np.int64)
    treated = first < NEVER
    entry[treated] = first[treated]
    starting = zip(np.flatnonzero(treated), np.maximum(entry[treated], 0), strict=True)
    if sum(joint.works[row, :start].sum() for row, start in starting):
        return None
    found = after_only(joint.works, entry, treated, members_of(joint.pairs))
    if found is None:
        return None
    against = "expected from pairs of the same year that were refused or cancelled"
    caution = (
        "None of these pairs wrote together before, so that growth cannot be compared: it holds only if those who were "
        "refused were like those who were not."
    )
    return replace(figures(AFTERWARDS, found), verdict=sentence(found, MADE[question], against, caution))


def at_the_line(joint: Joint) -> Row:
    """Funded against turned-down by rating, at the line."""
    rated = [
        (row, pair)
        for row, pair in enumerate(joint.pairs)
        if pair.first.rating is not None and joint.first < pair.first.year < joint.last
    ]
    away = None
    if rated:
        calls = [[0] * len(rated), *(numbered([key(pair) for _, pair in rated]) for key in (call_of, round_of))]
        rating = np.array([pair.first.rating for _, pair in rated], dtype=float)
        away = distances(rating, np.array([bool(pair.first.above) for _, pair in rated]), calls)
    if away is None:
        return Row(LINE, verdict="No line between funded and turned-down is to be seen: ratings of both are needed.")
    placed = [(row, pair, far) for (row, pair), far in zip(rated, away, strict=True) if not np.isnan(far)]
    applied = applicants(joint, placed)
    found = discontinuity(applied)
    if isinstance(found, str):
        return Row(LINE, treated=int(applied.treated.sum()), untreated=int((~applied.treated).sum()), verdict=found)
    row = replace(
        figures(LINE, found.found),
        pretrend_p=found.prior_p,
        **ranked(found.found, other_lines(applied, found.bandwidth)),
        line_low=found.inside[0],
        line_high=found.inside[1],
        bandwidth=found.bandwidth,
        taken_up=found.taken_up,
        manipulation_p=found.manipulation_p,
    )
    against = "expected from pairs just below the line"
    return replace(row, verdict=sentence(found.found, "funded just above the line", against, trusted(found)))


def call_of(pair: Pair) -> object:
    return pair.first.instrument


def round_of(pair: Pair) -> object:
    return pair.first.instrument, pair.first.year


def numbered(keys: Sequence[object]) -> list[int]:
    number = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    return [number[key] for key in keys]


def applicants(joint: Joint, placed: Sequence[tuple[int, Pair, float]]) -> Applicants:
    """Pairs around the line. One that was turned down and funded later counts until then."""
    after, years, prior = [], [], []
    for row, pair, _ in placed:
        year = pair.first.year - joint.first
        end = min(year + SPAN, joint.works.shape[1] - 1)
        if pair.treated_from is not None and pair.treated_from > pair.first.year:
            end = max(min(end, pair.treated_from - joint.first - 1), year + 1)
        after.append(joint.works[row, year + 1 : end + 1].sum())
        years.append(end - year)
        prior.append(joint.works[row, max(0, year - SPAN) : year].mean() if year else 0.0)
    return Applicants(
        distance=np.array([far for _, _, far in placed]),
        works=np.array(after, dtype=float),
        years=np.array(years, dtype=float),
        prior=np.array(prior, dtype=float),
        when=np.array([pair.first.year for _, pair, _ in placed], dtype=float),
        treated=np.array([pair.first.treated for _, pair, _ in placed], dtype=bool),
        members=members_of([pair for _, pair, _ in placed]),
    )


def matched(place: Place, joint: Joint) -> Row:
    """Pairs of the record that were alike before, where the ledger itself holds nobody to compare with."""
    kinds = {pair.members[0] for pair in joint.pairs if pair.treated_from is not None}
    granted = [(*pair.members[1:], pair.treated_from) for pair in joint.pairs if pair.treated_from is not None]
    try:
        if len(kinds) != 1:
            raise NotHeld("the ledger holds no pairs of one kind, people or institutions, that were joined.")
        kind = "people" if kinds == {"A"} else "institutions"
        found = grants_effect(place, [grant for grant in granted if grant[2] < joint.last], kind).found
    except (NotHeld, UsageError) as error:
        return Row(MATCHED, treated=len(granted), verdict=f"{str(error)[:1].upper()}{str(error)[1:]}")
    return Row(
        MATCHED,
        *(found.effect, found.low, found.high),
        mde=found.mde,
        treated=found.funded,
        untreated=sum(map(len, found.matches.values())),
        works=found.works,
        expected=found.expected,
        verdict=f"{found.verdict} Pairs of the record stand in for those that the ledger lacks: selection remains.",
    )


def figures(estimator: str, found: Ratio) -> Row:
    return Row(
        estimator,
        *(found.effect, found.low, found.high),
        mde=float(np.expm1(min(found.error * (Z + Z_POWER), 50.0))),
        treated=found.treated,
        untreated=found.untreated,
        without_before=found.without_before,
        works=found.works,
        expected=found.expected,
        p_value=found.p_value,
    )


def ranked(found: Ratio, chance: Sequence[float]) -> dict[str, Any]:
    """The place among pretended treatments: 1 = none stands out as far."""
    if not chance:
        return {}
    return {"placebo_rank": 1 + sum(one >= found.statistic for one in chance), "placebos": len(chance)}


def sentence(found: Ratio, made: str, against: str, caution: str) -> str:
    """The finding in words that say no more than the figures."""
    more, range_ = compared(found.effect), bounds(found.low, found.high)
    parts = [f"{many(found.treated)} {made} wrote {found.works:,.0f} joint works, {more} than {against} ({range_})."]
    if found.low <= 0 <= found.high:
        least = float(np.expm1(min(found.error * (Z + Z_POWER), 50.0)))
        parts.append(
            f"This cannot be told from chance: only an effect of about {change(least)} or more would have been seen "
            "reliably, so the data neither show an effect nor rule out a useful one."
        )
    else:
        parts.append("A difference this large is unlikely to be chance.")
    if found.without_before:
        parts.append(f"{many(found.without_before)} of these had no joint work before; they count with the others.")
    return " ".join([*parts, caution]).strip()


def trend(before: Ratio | None) -> str:
    if before is None:
        return "Whether they moved alike before cannot be told."
    if before.p_value > PRETREND_ALPHA:
        return f"Before, they moved like those they are compared with ({stated('pre-trend p', before.p_value)})."
    way = "gaining on" if before.effect > 0 else "falling behind"
    holds = "does not hold" if before.p_value <= 1 - LEVEL else "may not hold"
    return (
        f"This estimator {holds} here: before, they were already {way} those they are compared with (pre-trend p = "
        f"{before.p_value:.3f}), so the figure should not be read as the instrument's doing."
    )


def trusted(found: Jump) -> str:
    """What the checks of the line say."""
    doubts = []
    if found.prior_p <= PRETREND_ALPHA:
        doubts.append(f"joint works before jump at the line, too ({stated('p', found.prior_p)})")
    if found.manipulation_p <= PRETREND_ALPHA:
        doubts.append(f"the number of applicants jumps at it ({stated('p', found.manipulation_p)})")
    width = f"Bandwidth {found.bandwidth:.3g} points of rating: {found.inside[0]} pairs below, {found.inside[1]} above."
    if found.taken_up < 0.995:
        width += f" Of those above, {found.taken_up:.0%} more took part; the effect is that on them."
    return f"{width} " + (f"Read it with care: {' and '.join(doubts)}." if doubts else "The line shows no sorting.")


def too_little(joint: Joint, first: Ints) -> str:
    treated = int((first < NEVER).sum())
    in_time = int(((first >= 2) & (first < joint.works.shape[1] - 1)).sum())
    return (
        f"Too little data: {many(treated)} joined, {in_time} of them with two years before and one after in the "
        f"record ({joint.first}-{joint.last}); ten that wrote together are needed, and untreated or later pairs with "
        "as many joint works in the same years."
    )


def many(number: int) -> str:
    return f"{number:,} pair{'' if number == 1 else 's'}"
