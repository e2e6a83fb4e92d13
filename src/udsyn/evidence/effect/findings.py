"""From joint works to the rows that are printed: which agreements, from when, with what else happening."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

import polars as pl
from narwhals.typing import IntoDataFrame

from udsyn import facts
from udsyn.errors import NotHeld, UsageError
from udsyn.evidence import sources
from udsyn.evidence.differences import benjamini_hochberg
from udsyn.evidence.effect.estimators import ESTIMATORS, Finding, listed
from udsyn.evidence.effect.home import HOMES, others_like, total_effect
from udsyn.evidence.effect.panel import COUNTRIES, LARGE, Panel, joint_rows, pair_panel
from udsyn.evidence.effect.placebo import Inference
from udsyn.evidence.effect.pooled import SEED, Together, pool, rank_among, together
from udsyn.evidence.effect.study import (
    PLACEBOS,
    WINDOW,
    Agreement,
    Study,
    TooLittleError,
    around,
    examine,
)
from udsyn.evidence.effect.verdict import headline, homes_sentence, pooled_verdict, total_sentence, verdict, weight
from udsyn.evidence.result import Provenance, Result
from udsyn.record.engine import Record
from udsyn.record.tables import PAIR_SIZE_YEAR, PAIR_YEAR, SIZES

#: what puts one estimate, and what puts all agreements together, into words
Say = Callable[[Study, Finding], str]
SayTogether = Callable[[Inference, int], str]

DEFINITION = "effect"
NO_ANSWER = "No answer"  #: how a row or a note begins that says why
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
    "gaps": pl.String,
    "lowest": pl.Float64,
    "highest": pl.Float64,
    "together": pl.Float64,
    "together_low": pl.Float64,
    "together_high": pl.Float64,
    "together_p": pl.Float64,
    "q_value": pl.Float64,
    "total_effect": pl.Float64,
    "total_low": pl.Float64,
    "total_high": pl.Float64,
    "homes_rank": pl.Int64,
    "homes": pl.Int64,
    "headline": pl.String,
}

PULLED = (
    "Placebo pairs may have agreements that are not known here; their average is taken off, which pulls every figure "
    "towards zero, and their spread widens intervals."
)
BOTH_SIGNS = (
    "Other ties may be moved too: where the agreement draws works from them (diversion) the figure is too high, where "
    "it lifts them (spill-over) it is too low; home's joint works with all countries stand beside it."
)
ONE_LOOK = (
    "All estimators look at the same works: they are judged as one test, and q-values (Benjamini-Hochberg) correct for "
    "the number of agreements looked at."
)
WHOLE_LINKS = (
    "A work of many countries counts once for each pair of them, and such works grow: joint works are ever less "
    "bilateral. Only counts from works can tell them apart (`udsyn evidence effect --by size`)."
)
LIMITS = (
    "An agreement is not drawn by lot: it is signed where ties are expected to grow, so a rise may have come anyway.",
    PULLED,
    "What happened in the same years (a centre, a programme, a consortium) is part of the figure.",
    BOTH_SIGNS,
    ONE_LOOK,
)
LIMITS_OF_CENTRES = (
    "A centre is not placed by lot: it is opened where ties are expected to grow, so a rise may have come anyway.",
    "What happened in the same years (an agreement, a programme, a consortium) is part of the figure.",
    "A centre counts from the year in which the country's first one opened; no pair with an agreement is a placebo.",
    *(limit.replace("agreement", "centre") for limit in (PULLED, BOTH_SIGNS, ONE_LOOK)),
)


@dataclass(frozen=True)
class EffectResult(Result):
    """Rows as printed, and the studies behind them (those that were refused are missing)."""

    studies: tuple[Study, ...] = ()

    @property
    def headlines(self) -> list[str]:
        """The one answer on each agreement, and on all together, in the order of the rows."""
        return self.rows["headline"].drop_nulls().unique(maintain_order=True).to_list()


@dataclass(frozen=True)
class Settings:
    """How a study is done. years given: all of them count; otherwise `window` years on either side of the date.

    what: what is judged where the facts say it: an `agreement` or a `centre`.
    """

    years: tuple[int, int] | None = None
    window: int = WINDOW
    placebos: int = PLACEBOS
    countries: int = COUNTRIES
    homes: int = HOMES
    what: Literal["agreement", "centre"] = "agreement"

    @property
    def each(self) -> int | None:
        """Years on either side of each date; None where all years count."""
        return None if self.years else self.window


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
    signed = () if settings.what == "agreement" else tuple(facts_agreements(home))
    known = tuple(begun(home, settings.what) if known is None else known)
    chosen = asked(known, home, partner, year, settings.what)
    dated = 1 if year is not None else sum(one.home == home for one in known)
    known = (*(other for other in (*known, *signed) if other.pair not in {one.pair for one in chosen}), *chosen)
    rows = joint_rows(pairs)
    panel = pair_panel(rows, settings.countries, {home, *(one.partner for one in chosen)}, settings.years)
    studies, reasons = study_all(panel, home, chosen, known, settings)
    totals = [total_effect(rows, around(panel, study.agreement, settings.each), study.agreement) for study in studies]
    taken = [together(study.findings) for study in studies]
    q_values = benjamini_hochberg([one.inference.p_value for one in taken])
    printed: list[dict[str, Any]] = []
    for study, one, total, q_value in zip(studies, taken, totals, q_values, strict=True):
        said = total_sentence(home, total) if total else ""
        line = headline(study, one, q_value or 0.0, len(studies), dated, events(study), said)
        beside = {**together_columns(one), **total_columns(total), "q_value": q_value, "headline": line}
        printed += [{**row, **beside} for row in study_rows(study)]
    order = {agreement.partner: number for number, agreement in enumerate(chosen)}
    printed += [refusal(name, agreement, reason) for agreement, reason in reasons for name in ESTIMATORS]
    printed.sort(key=lambda row: order[row["partner"]])
    if len(studies) > 1:
        say = partial(pooled_verdict, what=settings.what)
        printed += pooled_rows(home, studies, say)
    origin = provenance or Provenance(DEFINITION, "full", "a frame", seed=SEED)
    frame = pl.DataFrame(printed, schema=dict(COLUMNS))
    silent = tuple(f"{NO_ANSWER} on {home}-{agreement.partner}: {reason}" for agreement, reason in reasons)
    limits = LIMITS if settings.what == "agreement" else LIMITS_OF_CENTRES
    return EffectResult(frame, origin, (*silent, *limits), tuple(studies))


def study_all(
    panel: Panel, home: str, chosen: Sequence[Agreement], known: tuple[Agreement, ...], settings: Settings
) -> tuple[list[Study], list[tuple[Agreement, str]]]:
    """Each agreement studied, with the same other homes beside it; and those refused, with the reason."""
    homes = others_like(panel, home, [one.partner for one in chosen], settings.homes)
    studies, reasons = [], []
    for agreement in chosen:
        try:
            studies.append(
                examine(panel, agreement, known, window=settings.each, placebos=settings.placebos, homes=homes)
            )
        except (TooLittleError, NotHeld) as reason:
            if isinstance(reason, NotHeld) and len(chosen) == 1:
                raise
            reasons.append((agreement, str(reason)))
    return studies, reasons


def joint_works(
    record: Record, source: str | None, settings: Settings
) -> tuple[pl.DataFrame, Provenance, tuple[str, ...]]:
    """The joint works that a record holds up to the last complete year, where they come from, and what to know."""
    taken = sources.choose(record, PAIR_YEAR, source)
    pairs = with_large(record, sources.of_source(record, PAIR_YEAR, taken.name), taken.name)
    if settings.years is None and taken.last_complete is not None:
        pairs = pairs.filter(pl.col("year") <= taken.last_complete)
    return pairs, sources.provenance(record, taken, DEFINITION, "full", settings.years, SEED), taken.said


def with_large(record: Record, pairs: pl.DataFrame, source: str) -> pl.DataFrame:
    """Joint works with those of more than ten countries beside them, where the source was counted from works."""
    sizes = sources.of_source(record, PAIR_SIZE_YEAR, source)
    if sizes.is_empty():
        return pairs
    large = sizes.filter(pl.col("size") == SIZES[-1]).select("c1", "c2", "year", large="works")
    return pairs.join(large, on=["c1", "c2", "year"], how="left").with_columns(pl.col(LARGE).fill_null(0.0))


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
    told = () if LARGE in pairs.columns else (WHOLE_LINKS,)
    return replace(result, notes=(*said, *result.notes, *told))


def asked(
    known: Sequence[Agreement], home: str, partner: str | None, year: int | None, what: str = "agreement"
) -> list[Agreement]:
    """The agreements (or centres) asked about."""
    mine = [agreement for agreement in known if agreement.home == home]
    if partner is None:
        if year is not None:
            raise UsageError(f"--from needs --partner: a year alone does not say which {what} is meant.")
        if not mine:
            raise NotHeld(f"no dated {what} of {home} is known: give --partner and --from, or --treatments.")
        return mine
    if partner == home:
        raise UsageError(f"{home} is both home and partner; name two countries.")
    if year is not None:
        return [Agreement(home, partner, year, what)]
    found = [agreement for agreement in mine if agreement.partner == partner]
    if not found:
        raise NotHeld(f"no dated {what} of {home} with {partner} is known: say from which year with --from.")
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


def facts_centres(home: str) -> list[Agreement]:
    """The first centre in each country, from the year in which it opened."""
    opened = ((one.partner, one.centre_year) for one in facts.treatments(home).values())
    return [Agreement(home, partner, year, "centre") for partner, year in sorted(opened) if year is not None]


def begun(home: str, what: str) -> list[Agreement]:
    """What the facts say that began, of one kind."""
    return facts_centres(home) if what == "centre" else facts_agreements(home)


def read_treatments(path: Path, what: str = "agreement") -> list[Agreement]:
    """Agreements (or centres) from a CSV file with the columns home, partner, year."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if not {"home", "partner", "year"} <= set(reader.fieldnames or ()):
            raise UsageError(f"{path}: the first line must name the columns home, partner, year.")
        found = []
        for number, row in enumerate(reader, start=2):
            try:
                found.append(Agreement(row["home"].strip(), row["partner"].strip(), int(row["year"]), what))
            except (ValueError, AttributeError, TypeError):
                raise UsageError(f"{path}, line {number}: write two country codes and a year, as DK,KR,2012.") from None
    return found


def events(done: Study) -> tuple[str, ...]:
    """What else is known to have happened between the two in these years."""
    treatment = facts.treatments(done.agreement.home).get(done.agreement.partner)
    if treatment is None:
        return ()
    first, last = int(done.years[0]), int(done.years[-1])
    centre = done.agreement.what == "centre"
    found = [
        f"an agreement signed in {year}" if centre else f"another agreement ({year})"
        for year in treatment.agreements
        if first <= year <= last and (centre or year != done.agreement.year)
    ]
    if not centre and treatment.centre_year is not None and first <= treatment.centre_year <= last:
        found.append(f"the innovation centre opened in {treatment.centre_year}")
    return tuple(found)


def study_rows(done: Study, say: Say = verdict) -> list[dict[str, Any]]:
    """A row per estimator, with its reason where it has no answer; `say` puts it into words."""
    about = {
        "home": done.agreement.home,
        "partner": done.agreement.partner,
        "from": done.agreement.year,
        "years": f"{done.years[0]}-{done.years[-1]}",
        "works_before": done.before,
        "works_after": done.after,
        "gaps": listed(done.gaps) or None,
    }
    rows = []
    for finding in done.findings:
        low, high = finding.without_one or (None, None)
        early = done.placebo_year if finding.estimator == "event_study" else None
        rank, homes = rank_among(finding.log_effect, finding.peers)
        rows.append(
            {
                **inference_columns(finding.inference),
                "estimator": finding.estimator,
                "pretrend_p": finding.pretrend_p,
                "verdict": say(done, finding),
                **about,
                "without_one_low": low,
                "without_one_high": high,
                "placebo_year": early[0] if early else None,
                "placebo_year_effect": early[1].effect if early else None,
                "placebo_year_p": early[1].p_value if early else None,
                "homes_rank": rank if homes else None,
                "homes": homes or None,
            }
        )
    return rows + [{**refusal(name, done.agreement, reason), **about} for name, reason in done.silent.items()]


def together_columns(one: Together) -> dict[str, Any]:
    """What all estimators say as one."""
    return {
        "lowest": one.lowest,
        "highest": one.highest,
        "together": one.inference.effect,
        "together_low": one.inference.low,
        "together_high": one.inference.high,
        "together_p": one.inference.p_value,
    }


def total_columns(total: Inference | None) -> dict[str, Any]:
    """What home's joint works with all countries did."""
    found = (total.effect, total.low, total.high) if total else (None, None, None)
    return dict(zip(("total_effect", "total_low", "total_high"), found, strict=True))


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


def pooled_rows(home: str, studies: Sequence[Study], say: SayTogether = pooled_verdict) -> list[dict[str, Any]]:
    """All agreements together: a row per estimator that speaks of at least two of them, each with the one headline."""
    all_ = pool([together(study.findings) for study in studies], [study.homes for study in studies])
    rank, homes = rank_among(all_.log_effect, all_.peers)
    rows = []
    for name in ESTIMATORS:
        speaking = [study for study in studies if name in study]
        if len(speaking) < 2:
            continue
        one = pool([study[name] for study in speaking], [study.homes for study in speaking])
        place, others = rank_among(one.log_effect, one.peers)
        rows.append(
            {
                **inference_columns(one.inference),
                "estimator": name,
                "verdict": say(one.inference, len(speaking)),
                "home": home,
                "partner": POOLED,
                "works_before": sum(study.before for study in speaking),
                "works_after": sum(study.after for study in speaking),
                "homes_rank": place if others else None,
                "homes": others or None,
            }
        )
    effects = [row["effect"] for row in rows]
    found, what = all_.inference, studies[0].agreement.what
    line = " ".join(
        filter(None, [say(found, len(studies)), weight(found), homes_sentence(home, rank, homes, all_.called, what)])
    )
    beside = {
        "lowest": min(effects, default=None),
        "highest": max(effects, default=None),
        "together": found.effect,
        "together_low": found.low,
        "together_high": found.high,
        "together_p": found.p_value,
        "q_value": found.p_value,
        "headline": line,
    }
    return [{**row, **beside} for row in rows]


def refusal(estimator: str, agreement: Agreement, reason: str) -> dict[str, Any]:
    """A row that says why there is no answer."""
    return {
        "estimator": estimator,
        "verdict": f"{NO_ANSWER}: {reason}",
        "home": agreement.home,
        "partner": agreement.partner,
        "from": agreement.year,
    }
