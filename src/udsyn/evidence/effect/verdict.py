"""The sentence that a minister can read and a statistician accepts: effect, interval, how sure, what else."""

from __future__ import annotations

from collections.abc import Sequence

from udsyn.evidence.effect.estimators import Finding
from udsyn.evidence.effect.placebo import LEVEL, Inference
from udsyn.evidence.effect.pooled import Together
from udsyn.evidence.effect.study import PLACEBO_LEAD, Study
from udsyn.evidence.words import change, stated
from udsyn.facts.countries import name

ALPHA = 1 - LEVEL
TITLES = {
    "ppml": "gravity model",
    "event_study": "event study",
    "synthetic_control": "synthetic control",
    "synthetic_did": "synthetic difference-in-differences",
}
PRETREND_ALPHA = 0.10  #: a pre-trend is named from here on: better one too many than one overlooked


def verdict(study: Study, finding: Finding, works: str = "joint works") -> str:
    """One estimator's answer in plain words."""
    found = f"had {compared(finding.inference.effect)} {works} than expected without the {study.agreement.what}"
    return sentences(study, finding, found)


def against_verdict(study: Study, finding: Finding) -> str:
    """The answer where one part of the joint works (the named fields) is set against the other."""
    found = (
        f"had {compared(finding.inference.effect)} joint works in the named fields than expected from the other fields"
    )
    return sentences(study, finding, found)


def sentences(study: Study, finding: Finding, found: str) -> str:
    """What was found, and what else it could be."""
    what = study.agreement.what
    parts = [
        f"In {period(study)} {pair(study)} {found} ({interval(finding.inference)}); {chance(finding.inference, what)}.",
        trend(finding, what),
    ]
    if study.placebo_year and finding.estimator == "event_study":
        parts.append(early(study.placebo_year[0], study.placebo_year[1]))
    return " ".join(part for part in parts if part)


def headline(
    study: Study,
    all_: Together,
    q_value: float,
    looked: int = 1,
    dated: int = 1,
    events: tuple[str, ...] = (),
    total: str = "",
) -> str:
    """The one answer on an agreement: the range of the estimators, and what they say as one test.

    q_value: p of that test, corrected for the `looked` agreements that are looked at. dated: agreements of home from
    which this one was taken. events: what else happened to the pair, such as a centre opened. total: a sentence on
    home's joint works with all countries.
    """
    found, what = all_.inference, study.agreement.what
    without = f" without the {what}"
    parts = [
        f"In {period(study)} the joint works of {pair(study)} differed by {spread(all_)} from those expected{without}.",
        f"Taken as one: {change(found.effect)} ({interval(found)}), {stated('p', found.p_value)}"
        + (f", {stated('q', q_value)} with the {looked} {what}s looked at." if looked > 1 else "."),
        told_alone(found, study.agreement.home, dated, what) if seen(found) and looked == 1 else weight(found, q_value),
        *([f"Before, the pair already moved apart from its comparison ({moved(study)})."] if moved(study) else []),
        other_causes(q_value <= ALPHA, events) if q_value <= ALPHA or found.effect > 0 else "",
        gap_sentence(study.gaps),
        total,
    ]
    return " ".join(part for part in parts if part)


def other_causes(told: bool, events: tuple[str, ...]) -> str:
    """What else a change may be due to, whether it is told from chance or not."""
    causes = (*events, "whatever else set this pair apart at that time")
    change = "The change" if told else "If there was a change, it"
    return f"{change} may also be due to {', '.join(causes[:-1])}{' or ' if events else ''}{causes[-1]}."


def told_alone(inference: Inference, home: str, dated: int, what: str = "agreement") -> str:
    """How sure a change is that stands out alone, as one of home's `dated` agreements (or centres) too (Bonferroni)."""
    if dated == 1:
        return weight(inference)
    many = f"as one of {name(home)}'s {dated} {what}s with a date"
    if inference.p_value * dated <= ALPHA + 1e-12:
        return f"A change this large is unlikely to be chance, also {many}."
    return (
        f"Looked at alone, a change this large is unlikely to be chance; {many} it cannot be told from chance, which "
        f"calls at least one of so many in {100 * (1 - LEVEL**dated):.0f} % of cases."
    )


def pair(study: Study) -> str:
    return f"{name(study.agreement.home)} and {name(study.agreement.partner)}"


def period(study: Study) -> str:
    return f"{study.agreement.year}-{study.years[-1]}"


def spread(all_: Together) -> str:
    """The range of the estimators."""
    low, high, of = change(all_.lowest), change(all_.highest), f"{all_.estimators} estimators"
    return f"{low} ({of})" if low == high else f"{low} to {high} ({of})"


def moved(study: Study) -> str:
    """The estimators by which the pair moved before the date, in words; empty where none says so."""
    return ", ".join(TITLES[one.estimator] for one in study.findings if one.pretrend_p <= PRETREND_ALPHA)


def gap_sentence(gaps: Sequence[int]) -> str:
    """Which years are unknown rather than zero."""
    if not gaps:
        return ""
    years = ", ".join(str(year) for year in gaps)
    return (
        f"No joint works are held for {years}, though the years beside it have many: taken as a gap of the source and "
        "left out, not as zero."
    )


def total_sentence(home: str, total: Inference) -> str:
    """Home's joint works with all countries beside the pair's."""
    return (
        f"{name(home)}'s joint works with all countries moved {change(total.effect)} ({interval(total)}) against other "
        "countries' in these years."
    )


def compared(effect: float) -> str:
    return f"{change(abs(effect)).lstrip('+')} {'more' if effect >= 0 else 'fewer'}"


def interval(inference: Inference) -> str:
    return bounds(inference.low, inference.high)


def bounds(low: float, high: float) -> str:
    return f"95 % interval {change(low)} to {change(high)}"


def seen(inference: Inference) -> bool:
    """Whether the effect stands out from chance at the 5 % level; the same as: the interval leaves out zero."""
    return inference.p_value <= ALPHA + 1e-12


def chance(inference: Inference, what: str = "agreement") -> str:
    further = inference.rank - 1
    return (
        f"{further if further else 'none'} of {inference.placebos} pretended {what}s in pairs of similar size moved "
        f"as far ({stated('p', inference.p_value)})"
    )


def homes_sentence(home: str, rank: int, homes: int, called: int | None = None, what: str = "agreement") -> str:
    """Where home stands among other homes that are given the same agreements."""
    if not homes:
        return ""
    place = f"{name(home)}'s figure stands {ordinal(rank)} of {homes + 1} ({stated('p', rank / (homes + 1))})"
    told = "" if called is None else f"; {called or 'none'} of the {homes} others would be called an effect"
    return f"Among {homes} other homes with the same partners and pretended {what}s {place}{told}."


def ordinal(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10 if number % 100 not in (11, 12, 13) else 0, "th")
    return f"{number}{ending}"


def weight(inference: Inference, q_value: float | None = None) -> str:
    """How sure, and what could have been seen; `q_value` is the p-value after correction for other looks."""
    if seen(inference) and (q_value is None or q_value <= ALPHA + 1e-12):
        return "A change this large is unlikely to be chance."
    return (
        f"This cannot be told from chance: with this much data only an effect of about {change(inference.mde)} or more "
        "would have been seen reliably, so the data neither show an effect nor rule out a useful one."
    )


def trend(finding: Finding, what: str) -> str:
    if finding.pretrend_p > PRETREND_ALPHA:
        return f"Before, the pair moved like its comparison ({stated('pre-trend p', finding.pretrend_p)})."
    direction = "gaining on" if finding.pretrend > 0 else "falling behind"
    return (
        f"Before, the pair was already {direction} its comparison ({stated('pre-trend p', finding.pretrend_p)}), so "
        f"the figure should not be read as the {what}'s doing."
    )


def early(year: int, inference: Inference) -> str:
    """What a date that lies too early gives."""
    if seen(inference):
        return (
            f"A pretended date {PLACEBO_LEAD} years early ({year}) also gives an 'effect' ({change(inference.effect)}, "
            f"{stated('p', inference.p_value)}): a warning."
        )
    found = f"{change(inference.effect)} ({stated('p', inference.p_value)})"
    return f"A pretended date {PLACEBO_LEAD} years early gives {found}, as it should: nothing beyond chance."


def pooled_verdict(
    inference: Inference, agreements: int, works: str = "joint works", than: str = "without", what: str = "agreement"
) -> str:
    """The agreements (or centres) taken together."""
    return (
        f"Over {agreements} {what}s together {works} were {compared(inference.effect)} than {than} "
        f"({interval(inference)}); {chance(inference, what)}."
    )
