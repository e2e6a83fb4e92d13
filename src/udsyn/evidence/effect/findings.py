"""From joint works to the rows that are printed: which agreements, from when, with what else happening."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl
from narwhals.typing import IntoDataFrame

from udsyn import facts
from udsyn.errors import NotHeld, UsageError
from udsyn.evidence import sources
from udsyn.evidence.effect.panel import COUNTRIES, pair_panel
from udsyn.evidence.effect.placebo import Inference
from udsyn.evidence.effect.pooled import SEED, pool
from udsyn.evidence.effect.study import (
    ESTIMATORS,
    PLACEBOS,
    WINDOW,
    Agreement,
    Finding,
    Study,
    TooLittleError,
    examine,
)
from udsyn.evidence.effect.verdict import pooled_verdict, verdict
from udsyn.evidence.result import Provenance, Result
from udsyn.record.engine import Record
from udsyn.record.tables import PAIR_YEAR

#: what puts one estimate, and what puts all agreements together, into words
Say = Callable[[Study, Finding, tuple[str, ...]], str]
SayTogether = Callable[[Inference, int], str]

DEFINITION = "effect"
POOLED = "all"  #: what stands for the partner in the rows of all agreements together

#: the row's own columns, in order; where the row comes from and details follow them
COLUMNS: Mapping[str, Any] = {
    "estimator": pl.String,
    "effect": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "pretrend_p": pl.Float64,
    "placebo_rank": pl.Int64,
    "placebos": pl.Int64,
    "mde": pl.Float64,
    "verdict": pl.String,
    "home": pl.String,
    "partner": pl.String,
    "from": pl.Int64,
    "years": pl.String,
    "works_before": pl.Float64,
    "works_after": pl.Float64,
    "p_value": pl.Float64,
    "without_one_low": pl.Float64,
    "without_one_high": pl.Float64,
    "placebo_year": pl.Int64,
    "placebo_year_effect": pl.Float64,
    "placebo_year_p": pl.Float64,
}

LIMITS = (
    "An agreement is not drawn by lot: it is signed where ties are expected to grow, so a rise may have come anyway.",
    "Placebo pairs may have agreements that are not known here; that makes intervals wider, not narrower.",
    "What happened in the same years (a centre, a programme, a consortium) is part of the figure.",
    "Third countries' joint works with the partner may be moved too (spill-over): the figure is then too low.",
)


@dataclass(frozen=True)
class EffectResult(Result):
    """Rows as printed, and the studies behind them (those that were refused are missing)."""

    studies: tuple[Study, ...] = ()


@dataclass(frozen=True)
class Settings:
    """How a study is done. years given: all of them count; otherwise `window` years on either side of the date."""

    years: tuple[int, int] | None = None
    window: int = WINDOW
    placebos: int = PLACEBOS
    countries: int = COUNTRIES


DEFAULTS = Settings()


def effect(
    pairs: IntoDataFrame,
    home: str,
    partner: str | None = None,
    year: int | None = None,
    *,
    known: Sequence[Agreement] | None = None,
    settings: Settings = DEFAULTS,
    provenance: Provenance | None = None,
) -> EffectResult:
    """What agreements did to joint works.

    pairs: joint works, columns c1, c2, year, works (any dataframe). partner: None for every partner in `known`. year:
    the first treated year, instead of that of `known`. known: agreements; None takes those of the facts. Effects are
    relative (0.25 = +25 %) and null where they cannot be had; the verdict then says why. Raises UsageError for a
    partner without a date.
    """
    known = tuple(facts_agreements(home) if known is None else known)
    chosen = asked(known, home, partner, year)
    known = (*(other for other in known if other.pair not in {one.pair for one in chosen}), *chosen)
    panel = pair_panel(pairs, settings.countries, {home, *(one.partner for one in chosen)}, settings.years)
    window = None if settings.years else settings.window
    rows: list[dict[str, Any]] = []
    studies = []
    for agreement in chosen:
        try:
            done = examine(panel, agreement, known, window=window, placebos=settings.placebos)
        except TooLittleError as reason:
            rows += [refusal(name, agreement, str(reason)) for name in ESTIMATORS]
            continue
        studies.append(done)
        rows += study_rows(done)
    if len(chosen) > 1 and len(studies) > 1:
        rows += [pooled_row(name, home, studies) for name in ESTIMATORS]
    origin = provenance or Provenance(DEFINITION, "full", "a frame", seed=SEED)
    return EffectResult(pl.DataFrame(rows, schema=dict(COLUMNS)), origin, LIMITS, tuple(studies))


def joint_works(
    record: Record, source: str | None, settings: Settings
) -> tuple[pl.DataFrame, Provenance, tuple[str, ...]]:
    """The joint works that a record holds up to the last complete year, where they come from, and what to know."""
    taken = sources.choose(record, PAIR_YEAR, source)
    pairs = sources.of_source(record, PAIR_YEAR, taken.name)
    if settings.years is None and taken.last_complete is not None:
        pairs = pairs.filter(pl.col("year") <= taken.last_complete)
    return pairs, sources.provenance(record, taken, DEFINITION, "full", settings.years, SEED), taken.said


def effect_in(
    record: Record,
    home: str,
    partner: str | None = None,
    year: int | None = None,
    *,
    source: str | None = None,
    known: Sequence[Agreement] | None = None,
    settings: Settings = DEFAULTS,
) -> EffectResult:
    """`effect` on the joint works that a record holds, up to the last complete year."""
    pairs, provenance, said = joint_works(record, source, settings)
    result = effect(pairs, home, partner, year, known=known, settings=settings, provenance=provenance)
    return replace(result, notes=(*said, *result.notes))


def asked(known: Sequence[Agreement], home: str, partner: str | None, year: int | None) -> list[Agreement]:
    """The agreements asked about."""
    mine = [agreement for agreement in known if agreement.home == home]
    if partner is None:
        if year is not None:
            raise UsageError("--from needs --partner: a year alone does not say which agreement is meant.")
        if not mine:
            raise NotHeld(f"no dated agreement of {home} is known: give --partner and --from, or --treatments.")
        return mine
    if partner == home:
        raise UsageError(f"{home} is both home and partner; name two countries.")
    if year is not None:
        return [Agreement(home, partner, year)]
    found = [agreement for agreement in mine if agreement.partner == partner]
    if not found:
        raise NotHeld(f"no dated agreement of {home} with {partner} is known: say from which year with --from.")
    return found[:1]


def facts_agreements(home: str) -> list[Agreement]:
    """The first broad agreement with each partner on the register.

    An agreement on one field alone (biotechnology, quantum) is not expected to move all joint works; it is named
    beside the finding instead.
    """
    first: dict[str, int] = {}
    for found in facts.agreements(home=home):
        if found.year is not None and len(found.fields) != 1:
            other = found.partner(home)
            first[other] = min(found.year, first.get(other, found.year))
    return [Agreement(home, partner, year) for partner, year in sorted(first.items())]


def read_treatments(path: Path) -> list[Agreement]:
    """Agreements from a CSV file with the columns home, partner, year."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if not {"home", "partner", "year"} <= set(reader.fieldnames or ()):
            raise UsageError(f"{path}: the first line must name the columns home, partner, year.")
        found = []
        for number, row in enumerate(reader, start=2):
            try:
                found.append(Agreement(row["home"].strip(), row["partner"].strip(), int(row["year"])))
            except (ValueError, AttributeError, TypeError):
                raise UsageError(f"{path}, line {number}: write two country codes and a year, as DK,KR,2012.") from None
    return found


def events(done: Study) -> tuple[str, ...]:
    """What else is known to have happened between the two in these years."""
    treatment = facts.treatments(done.agreement.home).get(done.agreement.partner)
    if treatment is None:
        return ()
    first, last = int(done.years[0]), int(done.years[-1])
    found = [
        f"another agreement ({year})"
        for year in treatment.agreements
        if first <= year <= last and year != done.agreement.year
    ]
    if treatment.centre_year is not None and first <= treatment.centre_year <= last:
        found.append(f"the innovation centre opened in {treatment.centre_year}")
    return tuple(found)


def study_rows(done: Study, say: Say = verdict) -> list[dict[str, Any]]:
    """A row per estimator; `say` puts it into words."""
    beside = events(done)
    rows = []
    for finding in done.findings:
        low, high = finding.without_one or (None, None)
        early = done.placebo_year if finding.estimator == "event_study" else None
        rows.append(
            {
                **inference_columns(finding.inference),
                "estimator": finding.estimator,
                "pretrend_p": finding.pretrend_p,
                "verdict": say(done, finding, beside),
                "home": done.agreement.home,
                "partner": done.agreement.partner,
                "from": done.agreement.year,
                "years": f"{done.years[0]}-{done.years[-1]}",
                "works_before": done.before,
                "works_after": done.after,
                "without_one_low": low,
                "without_one_high": high,
                "placebo_year": early[0] if early else None,
                "placebo_year_effect": early[1].effect if early else None,
                "placebo_year_p": early[1].p_value if early else None,
            }
        )
    return rows


def inference_columns(inference: Inference) -> dict[str, Any]:
    return {
        "effect": inference.effect,
        "low": inference.low,
        "high": inference.high,
        "placebo_rank": inference.rank,
        "placebos": inference.placebos,
        "mde": inference.mde,
        "p_value": inference.p_value,
    }


def pooled_row(
    estimator: str, home: str, studies: Sequence[Study], say: SayTogether = pooled_verdict
) -> dict[str, Any]:
    """All agreements together."""
    together = pool(studies, estimator)
    return {
        **inference_columns(together),
        "estimator": estimator,
        "verdict": say(together, len(studies)),
        "home": home,
        "partner": POOLED,
        "works_before": sum(done.before for done in studies),
        "works_after": sum(done.after for done in studies),
    }


def refusal(estimator: str, agreement: Agreement, reason: str) -> dict[str, Any]:
    """A row that says why there is no answer."""
    return {
        "estimator": estimator,
        "verdict": f"No answer: {reason}",
        "home": agreement.home,
        "partner": agreement.partner,
        "from": agreement.year,
    }
