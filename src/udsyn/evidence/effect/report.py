"""The page on all agreements of a home country: a table, a sentence each, and what neighbours without one show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from udsyn.errors import NotHeld
from udsyn.evidence.effect.estimators import Finding
from udsyn.evidence.effect.findings import DEFAULTS, NO_ANSWER, POOLED, EffectResult, Settings, effect, facts_agreements
from udsyn.evidence.effect.first_look import first_look, first_look_table
from udsyn.evidence.effect.panel import pair_panel
from udsyn.evidence.effect.placebo import Inference
from udsyn.evidence.effect.study import Agreement, Study, TooLittleError, examine
from udsyn.evidence.effect.verdict import TITLES, early, seen
from udsyn.evidence.result import Provenance
from udsyn.evidence.words import change, p_text
from udsyn.facts.countries import name

NEIGHBOURS = ("SE", "NO", "FI", "NL")  #: countries like the home country, without a known agreement
LASTING = (
    "What was begun because an agreement was coming lies before its date (anticipation): the figure is then too low.",
)


@dataclass(frozen=True)
class Neighbour:
    """The same date in the pair of another country with the same partner."""

    country: str
    partner: str
    synthetic_did: Inference | None


def neighbours(
    pairs: pl.DataFrame, studies: Sequence[Study], countries: Sequence[str], settings: Settings
) -> list[Neighbour]:
    """Pretend that each of `countries` signed with the same partner in the same year."""
    known = tuple(study.agreement for study in studies)
    partners = {agreement.partner for agreement in known}
    homes = {agreement.home for agreement in known}
    panel = pair_panel(pairs, settings.countries, {*countries, *partners, *homes}, settings.years)
    found = []
    for agreement in known:
        for country in countries:
            if country in agreement.pair:
                continue
            pretended = Agreement(country, agreement.partner, agreement.year)
            try:
                done = examine(
                    panel, pretended, known, window=settings.each, placebos=settings.placebos, with_placebo_year=False
                )
            except (TooLittleError, NotHeld):
                found.append(Neighbour(country, agreement.partner, None))
                continue
            did = done["synthetic_did"].inference if "synthetic_did" in done else None
            found.append(Neighbour(country, agreement.partner, did))
    return found


def agreements_page(
    pairs: pl.DataFrame,
    home: str,
    provenance: Provenance,
    *,
    known: Sequence[Agreement] | None = None,
    others: Sequence[str] = NEIGHBOURS,
    settings: Settings = DEFAULTS,
    say: Callable[[str], None] = lambda _: None,
) -> str:
    """The page in Markdown. Reads the joint works once; the same works and settings give the same bytes.

    `say` is told of the agreements on which there is no answer; the page lists them too.
    """
    known = tuple(facts_agreements(home) if known is None else known)
    result = effect(pairs, home, known=known, settings=settings, provenance=provenance)
    limits = [note for note in result.notes if not note.startswith(NO_ANSWER)]
    for note in result.notes[: len(result.notes) - len(limits)]:
        say(note)
    beside = neighbours(pairs, result.studies, others, settings)
    parts = [
        head(home, result, settings),
        headlines(result),
        "## By estimator",
        table(result),
        "## One by one",
        *(one_by_one(result, study, beside) for study in result.studies),
        refused(result),
        "## All together",
        all_together(result),
        "## Do neighbours without an agreement tell the same story?",
        neighbour_table(result.studies, beside, others),
        "## A first look, and why it is not enough",
        first_look_table(first_look(pairs, result.studies, settings)),
        "## Limits",
        "\n".join(f"- {limit}" for limit in (*limits, *LASTING)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def head(home: str, result: EffectResult, settings: Settings) -> str:
    origin = result.provenance
    snapshot = f", taken {origin.snapshot}" if origin.snapshot else ""
    period = (
        f"the years {settings.years[0]}-{settings.years[1]}"
        if settings.years
        else f"up to {settings.window} years on either side of the first treated year"
    )
    return f"""# Agreements of {name(home)}: what came of them

Joint works from {origin.source}{snapshot}, {origin.counting} counting; {period};
{settings.placebos} pretended agreements each among pairs of the {settings.countries} largest countries. Effects are
relative to what was expected without the agreement, with 95 % intervals. *Rank* 1 means that no pretended agreement
moved further. *Taken as one* judges all estimators by one test; *q* corrects its p for the number of agreements looked
at (Benjamini-Hochberg). *Home's total* is what {name(home)}'s joint works with all countries did against those of
others. *Rank among homes* is the place of the gravity model's figure beside other homes with the same partner and a
pretended agreement. *Detectable* is the least effect that would be seen with a chance of 80 %. How each figure is made
is described in [the effect of agreements](effect.md). Written by `udsyn evidence agreements`."""


def table(result: EffectResult) -> str:
    """All agreements and estimators."""
    lines = ["| partner | from | estimator | effect | 95 % interval | pre-trend p | rank | detectable |"]
    lines.append("|---|---|---|---|---|---|---|---|")
    for row in result.rows.iter_rows(named=True):
        if row["effect"] is None:
            continue
        partner = "**all together**" if row["partner"] == POOLED else name(row["partner"])
        trend = "" if row["pretrend_p"] is None else p_text(row["pretrend_p"])
        rank = f"{row['placebo_rank']} of {row['placebos'] + 1}"
        lines.append(
            f"| {partner} | {row['from'] or ''} | {TITLES[row['estimator']]} | {change(row['effect'])} | "
            f"{change(row['low'])} to {change(row['high'])} | {trend} | {rank} | {change(row['mde'])} |"
        )
    return "\n".join(lines)


def headlines(result: EffectResult) -> str:
    """The one answer on each agreement: what all estimators say as one, corrected for the number of agreements."""
    rows = result.rows.filter(pl.col("together").is_not_null()).unique("partner", keep="first", maintain_order=True)
    lines = [
        "| partner | from | by estimator | taken as one | p | q | home's total | rank among homes |",
        "|---" * 8 + "|",
    ]
    for row in rows.iter_rows(named=True):
        partner = "**all together**" if row["partner"] == POOLED else name(row["partner"])
        total = row["total_effect"]
        rank = f"{row['homes_rank']} of {row['homes'] + 1}" if row["homes"] else ""
        lines.append(
            f"| {partner} | {row['from'] or ''} | {change(row['lowest'])} to {change(row['highest'])} | "
            f"{change(row['together'])} ({change(row['together_low'])} to {change(row['together_high'])}) | "
            f"{p_text(row['together_p'])} | {p_text(row['q_value'])} | "
            f"{'' if total is None else ranged(total, row['total_low'], row['total_high'])} | {rank} |"
        )
    return "\n".join(lines)


def ranged(effect: float, low: float, high: float) -> str:
    return f"{change(effect)} ({change(low)} to {change(high)})"


def one_by_one(result: EffectResult, study: Study, beside: Sequence[Neighbour]) -> str:
    """One agreement in plain sentences."""
    agreement = study.agreement
    first, last = agreement.year, int(study.years[-1])
    told = result.rows.filter(pl.col("partner") == agreement.partner)["headline"].drop_nulls()
    sentences = [
        f"{study.before:,.0f} joint works in {study.years[0]}-{first - 1}, {study.after:,.0f} in {first}-{last}.",
        told[0],
        without_one(study["synthetic_did"]) if "synthetic_did" in study else "",
        early(*study.placebo_year) if study.placebo_year else "",
        *(f"No answer by {TITLES[estimator]}: {reason}" for estimator, reason in study.silent.items()),
        neighbour_sentence(study, [one for one in beside if one.partner == agreement.partner]),
    ]
    return f"### {name(agreement.partner)}, {agreement.year}\n\n" + " ".join(filter(None, sentences))


def without_one(finding: Finding) -> str:
    """How much the estimate hangs on one donor."""
    if not finding.donors or finding.without_one is None:
        return ""
    low, high = (change(value) for value in finding.without_one)
    return (
        f"Synthetic DiD weighs {len(finding.donors)} pairs, {finding.donors[0][0]} most "
        f"({100 * finding.donors[0][1]:.0f} %); without any one of them it gives {low} to {high}."
    )


def neighbour_sentence(study: Study, beside: Sequence[Neighbour]) -> str:
    """Whether the neighbours' pairs with the same partner moved as much."""
    with_figure = [one for one in beside if one.synthetic_did is not None]
    if not with_figure or "synthetic_did" not in study:
        return ""
    own = study["synthetic_did"].inference.effect
    effects = [one.synthetic_did.effect for one in with_figure if one.synthetic_did is not None]
    above = [name(one.country) for one, value in zip(with_figure, effects, strict=True) if value >= own]
    usual = float(np.median(effects))
    who = (
        f"{listed(above)} moved at least as much without one"
        if above
        else "none of the neighbours moved as much without one"
    )
    return f"Of the neighbours' pairs with the same partner (median {change(usual)}, synthetic DiD), {who}."


def all_together(result: EffectResult) -> str:
    """The pooled rows in words, the one judgement first."""
    rows = result.rows.filter((pl.col("partner") == POOLED) & pl.col("effect").is_not_null())
    if rows.is_empty():
        return "Fewer than two agreements could be estimated."
    lines = [f"- **{TITLES[row['estimator']]}**: {row['verdict']}" for row in rows.iter_rows(named=True)]
    return "\n".join([f"**All estimators as one.** {rows['headline'][0]}", "", *lines])


def refused(result: EffectResult) -> str:
    """Agreements without an answer, with the reason."""
    nothing = pl.col("effect").is_null().all().over("partner")
    rows = result.rows.filter(nothing).unique("partner", keep="first", maintain_order=True)
    if rows.is_empty():
        return ""
    lines = [f"- {name(row['partner'])}: {row['verdict']}" for row in rows.iter_rows(named=True)]
    return "### Without an answer\n\n" + "\n".join(lines)


def neighbour_table(studies: Sequence[Study], beside: Sequence[Neighbour], others: Sequence[str]) -> str:
    """Synthetic DiD of home and of each neighbour with the same partner from the same year."""
    if not studies:
        return ""
    home = studies[0].agreement.home
    found = {(one.country, one.partner): one for one in beside}
    intro = (
        "The same partner and the same year, pretended for others; synthetic DiD with its 95 % interval, * where it "
        f"stands out from chance. Where they show what {name(home)} shows, the partner's rise explains it better."
    )
    lines = [
        intro,
        "",
        f"| partner, from | **{name(home)}** | " + " | ".join(name(other) for other in others) + " |",
        "|---" * (len(others) + 2) + "|",
    ]
    for study in studies:
        partner = study.agreement.partner
        cells = [cell(study["synthetic_did"].inference if "synthetic_did" in study else None)]
        for other in others:
            one = found.get((other, partner))
            cells.append(cell(one.synthetic_did) if one else "")
        lines.append(f"| {name(partner)}, {study.agreement.year} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def cell(inference: Inference | None) -> str:
    if inference is None:
        return "too little data"
    mark = "*" if seen(inference) else ""
    return f"{change(inference.effect)}{mark} ({change(inference.low)} to {change(inference.high)})"


def listed(words: Iterable[str]) -> str:
    """`a, b and c`."""
    found = list(words)
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}"
