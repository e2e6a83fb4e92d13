"""Did joint works rise more in the agreement's own fields than in the others?

The pair is studied twice, on its joint works in the fields that the agreement names and on those in all other fields,
with the same pretended agreements in the same pairs. What sets the whole pair apart in those years (a researcher who
moves, a consortium, a taste for the partner) moves both and falls out of their ratio; what is left is the part of an
effect that follows the agreement's fields. That ratio has placebos of its own: each placebo pair's effect in these
fields against its effect in the others. An agreement that lifts all fields alike has no effect here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
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
from udsyn.evidence.effect.estimators import ESTIMATORS, Finding, halves, judged
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
    pooled_rows,
    refusal,
    study_rows,
    together_columns,
)
from udsyn.evidence.effect.panel import Bools, Panel, filled, pair_panel
from udsyn.evidence.effect.pooled import SEED, together
from udsyn.evidence.effect.study import (
    Agreement,
    Study,
    TooLittleError,
    around,
    compared_with,
    examine,
    refuse_too_little,
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
        partial(pooled_verdict, works="joint works in their named fields", than="expected from the others"),
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
        named = Named(frozenset(fields)) if fields else named_fields(agreement)
        about = {"fields": spelled(named.fields)}
        notes += no_field_of(agreement, named)
        if not named.fields:
            continue
        try:
            parts = examine_parts(total, rows, agreement, everything, named, settings)
        except (TooLittleError, NotHeld) as reason:
            if isinstance(reason, NotHeld) and len(chosen) == 1:
                raise
            printed += [{**refusal(name, agreement, str(reason)), "part": AGAINST, **about} for name in ESTIMATORS]
            continue
        done.append(parts)
        for part, (say, _) in SAYS.items():
            beside = together_columns(together(parts[part].findings)) | {"part": part} | about
            printed += [{**row, **beside} for row in study_rows(parts[part], say)]
    if len(done) > 1:
        for part, (_, say_together) in SAYS.items():
            studies = [parts[part] for parts in done]
            printed += [{**row, "part": part} for row in pooled_rows(home, studies, say_together)]
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


@dataclass(frozen=True)
class Named:
    """Members of the level `field`: those that an agreement names, and those that a document of another day names.

    What is named later or at an unknown time counts in neither part: it is no field of the agreement, and it may have
    been treated in some of the years.
    """

    fields: frozenset[str]
    aside: frozenset[str] = frozenset()


def named_fields(agreement: Agreement) -> Named:
    """What the facts' agreements of this pair and year name."""
    signed = [one for one in facts.agreements(agreement.partner, home=agreement.home) if one.year == agreement.year]
    first = members(word for one in signed for word in one.fields_by(agreement.year))
    return Named(first, members(word for one in signed for word in one.fields) - first)


def members(words: Iterable[str]) -> frozenset[str]:
    """The fields of OpenAlex that words are read as."""
    return frozenset(str(number) for word in words for number in facts.field_numbers(word))


def spelled(fields: Iterable[str]) -> str:
    return ", ".join(sorted(fields, key=lambda member: (len(member), member)))


def no_field_of(agreement: Agreement, named: Named) -> list[str]:
    """What the reader must know where fields are left aside, or where none is named."""
    name = f"{agreement.home}-{agreement.partner} {agreement.year}"
    said = []
    if named.aside:
        said.append(f"{name}: {spelled(named.aside)} are named later or at an unknown time and count in neither part.")
    if not named.fields:
        said.append(f"{name} names no field that is known to be of that year: give --fields.")
    return said


def examine_parts(
    total: Panel,
    rows: pl.DataFrame,
    agreement: Agreement,
    known: tuple[Agreement, ...],
    named: Named,
    settings: Settings,
) -> Parts:
    """Study both parts with one pool of pretended agreements: pairs that wrote together in both, before and after."""
    total = around(total, agreement, settings.each)
    split = split_of(total, agreement)
    refuse_too_little(total, total.pair(*agreement.pair), split, agreement)
    low, high = int(total.years[0]), int(total.years[-1])
    one = filled(rows.filter(pl.col("member").is_in(named.fields)), total.countries, low, high)
    rest = ~pl.col("member").is_in(named.fields | named.aside)
    other = filled(rows.filter(rest), total.countries, low, high)
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
    """Whether each pair has joint works before and after in both panels, and no gaps in either."""
    held = [panel.counts[:, years].any(axis=1) for panel in (one, other) for years in halves(split)]
    return np.asarray(np.logical_and.reduce([*held, *(panel.seen.all(axis=1) for panel in (one, other))]))


def ratio_study(named: Study, others: Study) -> Study:
    """The study of one part against the other: every log figure is the difference of the two."""
    findings = tuple(
        against(one, others[one.estimator], named.split) for one in named.findings if one.estimator in others
    )
    return replace(named, findings=findings, silent={**others.silent, **named.silent})


def against(one: Finding, other: Finding, split: int) -> Finding:
    """One estimate less the other, judged by the differences of the same placebos; counts vary independently."""
    pairs, here, there = np.intersect1d(one.pairs, other.pairs, return_indices=True)
    return judged(
        one.estimator,
        one.log_effect - other.log_effect,
        one.noise[here] - other.noise[there],
        one.gap - other.gap,
        one.noise_gaps[here] - other.noise_gaps[there],
        one.poisson + other.poisson,
        one.poissons[here] + other.poissons[there],
        split,
        pairs,
        np.empty(0),
    )
