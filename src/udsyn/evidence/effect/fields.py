"""Did joint works rise more in the agreement's own fields than in the others?

The pair is studied twice, on its joint works in the fields that the agreement names and on those in all other fields,
with the same pretended agreements in the same pairs. What sets the whole pair apart in those years (a researcher who
moves, a consortium, a taste for the partner) moves both and falls out of their ratio; what is left is the part of an
effect that follows the agreement's fields. That ratio has placebos of its own: each placebo pair's effect in these
fields against its effect in the others. An agreement that lifts all fields alike has no effect here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import narwhals as nw
import numpy as np
import polars as pl
from narwhals.typing import IntoDataFrame

from udsyn import facts
from udsyn.errors import NotHeld
from udsyn.evidence import sources
from udsyn.evidence.effect.findings import (
    COLUMNS,
    DEFAULTS,
    LIMITS,
    EffectResult,
    Say,
    SayTogether,
    Settings,
    asked,
    facts_agreements,
    pooled_row,
    refusal,
    study_rows,
)
from udsyn.evidence.effect.panel import Bools, Panel, filled, pair_panel
from udsyn.evidence.effect.pooled import SEED
from udsyn.evidence.effect.study import (
    ESTIMATORS,
    Agreement,
    Finding,
    Study,
    TooLittleError,
    around,
    compared_with,
    examine,
    judged,
    split_of,
    treated_splits,
)
from udsyn.evidence.effect.verdict import against_verdict, pooled_verdict, verdict
from udsyn.evidence.result import Provenance
from udsyn.record.engine import Record
from udsyn.record.tables import PAIR_FIELD_YEAR

DEFINITION = "effect-by-field"
NAMED, OTHERS, AGAINST = ("named fields", "other fields", "named against others")
OF_FIELDS = (
    "Fields are OpenAlex's, by a work's primary topic; works without a topic count in neither part.",
    "Which fields an agreement's words mean is a reading (facts/data/field_words.yaml); --fields replaces it.",
)


@dataclass(frozen=True)
class Parts:
    """One agreement studied in its named fields, in the others, and in their ratio."""

    named: Study
    others: Study
    against: Study

    def __getitem__(self, part: str) -> Study:
        return {NAMED: self.named, OTHERS: self.others, AGAINST: self.against}[part]


#: how the rows of a part are put into words: of one agreement, of all together
SAYS: Mapping[str, tuple[Say, SayTogether]] = {
    NAMED: (
        partial(verdict, works="joint works in the named fields"),
        partial(pooled_verdict, works="joint works in their named fields"),
    ),
    OTHERS: (
        partial(verdict, works="joint works in other fields"),
        partial(pooled_verdict, works="joint works in other fields"),
    ),
    AGAINST: (
        against_verdict,
        partial(pooled_verdict, works="joint works in their named fields", than="others let expect"),
    ),
}


def effect_by_field(
    pairs: IntoDataFrame,
    home: str,
    partner: str | None = None,
    year: int | None = None,
    *,
    fields: Collection[str] = (),
    known: Sequence[Agreement] | None = None,
    settings: Settings = DEFAULTS,
    provenance: Provenance | None = None,
) -> EffectResult:
    """What agreements did to joint works in the fields that they name, in the others, and in one against the other.

    pairs: joint works of country pairs by field, columns c1, c2, member, year, works. fields: members that count as
    named, instead of those that the facts' agreements name. The rest is as in `effect`; each row also says its `part`
    and which `fields` are named. An agreement without named fields has no rows, and a note says so.
    """
    everything = tuple(facts_agreements(home) if known is None else known)
    chosen = asked(everything, home, partner, year)
    everything = (*(one for one in everything if one.pair not in {other.pair for other in chosen}), *chosen)
    columns = ("c1", "c2", "member", "year", "works")
    rows = nw.from_native(pairs, eager_only=True).select(*columns).to_polars().cast({"member": pl.String})
    total = pair_panel(rows, settings.countries, {home, *(one.partner for one in chosen)}, settings.years)
    printed: list[dict[str, Any]] = []
    done: list[Parts] = []
    notes = [*OF_FIELDS, *LIMITS]
    for agreement in chosen:
        named = sorted(set(fields) or named_fields(agreement), key=lambda member: (len(member), member))
        if not named:
            notes.append(f"{agreement.home}-{agreement.partner} {agreement.year} names no field: give --fields.")
            continue
        about = {"fields": ", ".join(named)}
        try:
            parts = examine_parts(total, rows, agreement, everything, named, settings)
        except TooLittleError as reason:
            printed += [{**refusal(name, agreement, str(reason)), "part": AGAINST, **about} for name in ESTIMATORS]
            continue
        done.append(parts)
        for part, (say, _) in SAYS.items():
            printed += [{**row, "part": part, **about} for row in study_rows(parts[part], say)]
    if len(done) > 1:
        for part, (_, say_together) in SAYS.items():
            studies = [parts[part] for parts in done]
            printed += [{**pooled_row(name, home, studies, say_together), "part": part} for name in ESTIMATORS]
    if not printed:
        raise NotHeld(" ".join(notes[len(OF_FIELDS) + len(LIMITS) :]))
    origin = provenance or Provenance(DEFINITION, "full", "a frame", seed=SEED)
    schema = {"part": pl.String, **COLUMNS, "fields": pl.String}
    frame = pl.DataFrame(printed, schema=schema)
    return EffectResult(frame, origin, tuple(notes), tuple(parts.against for parts in done))


def effect_by_field_in(
    record: Record,
    home: str,
    partner: str | None = None,
    year: int | None = None,
    *,
    source: str | None = None,
    fields: Collection[str] = (),
    known: Sequence[Agreement] | None = None,
    settings: Settings = DEFAULTS,
) -> EffectResult:
    """`effect_by_field` on the record's joint works by field, up to the last complete year."""
    taken = sources.choose(record, PAIR_FIELD_YEAR, source)
    last = settings.years[1] if settings.years else taken.last_complete
    with record.connect() as connection:
        pairs = connection.sql(
            "SELECT c1, c2, member, year, works FROM pair_field_year "
            "WHERE source = $source AND level = 'field' AND year <= coalesce($last, year)",
            params={"source": taken.name, "last": last},
        ).pl()
    provenance = sources.provenance(record, taken, DEFINITION, "full", settings.years, SEED)
    found = effect_by_field(
        pairs, home, partner, year, fields=fields, known=known, settings=settings, provenance=provenance
    )
    return replace(found, notes=(*taken.said, *found.notes))


def named_fields(agreement: Agreement) -> set[str]:
    """The fields that the facts' agreements of this pair and year name, as members of the level `field`."""
    signed = facts.agreements(agreement.partner, home=agreement.home)
    words = {word for one in signed if one.year == agreement.year for word in one.fields}
    return {str(number) for word in words for number in facts.field_numbers(word)}


def examine_parts(
    total: Panel,
    rows: pl.DataFrame,
    agreement: Agreement,
    known: tuple[Agreement, ...],
    named: Sequence[str],
    settings: Settings,
) -> Parts:
    """Study both parts with one pool of pretended agreements: pairs that wrote together in both, before and after."""
    total = around(total, agreement, None if settings.years else settings.window)
    split = split_of(total, agreement)
    low, high = int(total.years[0]), int(total.years[-1])
    inside = pl.col("member").is_in(named)
    one = filled(rows.filter(inside), total.countries, low, high)
    other = filled(rows.filter(~inside), total.countries, low, high)
    pool = compared_with(total, agreement, treated_splits(total, known), settings.placebos)
    pool = pool[in_both(one, other, split)[pool]]
    studies = []
    for part, panel in ((NAMED, one), (OTHERS, other)):
        try:
            studies.append(examine(panel, agreement, known, window=None, pool=pool, with_placebo_year=False))
        except TooLittleError as reason:
            raise TooLittleError(f"{part}: {reason}") from None
    return Parts(studies[0], studies[1], ratio_study(*studies))


def in_both(one: Panel, other: Panel, split: int) -> Bools:
    """Whether each pair has joint works before and after in both panels."""
    halves = slice(None, split), slice(split, None)
    held = [panel.counts[:, years].any(axis=1) for panel in (one, other) for years in halves]
    return np.asarray(np.logical_and.reduce(held))


def ratio_study(named: Study, others: Study) -> Study:
    """The study of one part against the other: every log figure is the difference of the two."""
    findings = tuple(against(one, others[one.estimator], named.split) for one in named.findings)
    return replace(named, findings=findings)


def against(one: Finding, other: Finding, split: int) -> Finding:
    """One estimate less the other, judged by the differences of the same placebos; counts vary independently."""
    return judged(
        one.estimator,
        one.log_effect - other.log_effect,
        one.noise - other.noise,
        one.gap - other.gap,
        one.noise_gaps - other.noise_gaps,
        one.poisson + other.poisson,
        one.poissons + other.poissons,
        split,
    )
