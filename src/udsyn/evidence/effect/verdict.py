"""The sentence that a minister can read and a statistician accepts: effect, interval, how sure, what else."""

from __future__ import annotations

from udsyn.evidence.effect.placebo import LEVEL, Inference
from udsyn.evidence.effect.study import PLACEBO_LEAD, Finding, Study
from udsyn.facts.countries import name

ALPHA = 1 - LEVEL
PRETREND_ALPHA = 0.10  #: a pre-trend is named from here on: better one too many than one overlooked


def verdict(study: Study, finding: Finding, events: tuple[str, ...] = (), works: str = "joint works") -> str:
    """One estimator's answer in plain words. events: what else happened to the pair, such as a centre opened."""
    found = f"had {compared(finding.inference.effect)} {works} than expected without the agreement"
    return sentences(study, finding, found, events)


def against_verdict(study: Study, finding: Finding, events: tuple[str, ...] = ()) -> str:
    """The answer where one part of the joint works (the named fields) is set against the other."""
    found = f"had {compared(finding.inference.effect)} joint works in the named fields than the other fields let expect"
    return sentences(study, finding, found, events)


def sentences(study: Study, finding: Finding, found: str, events: tuple[str, ...]) -> str:
    """What was found, how sure it is, and what else it could be."""
    pair = f"{name(study.agreement.home)} and {name(study.agreement.partner)}"
    first, last = study.agreement.year, int(study.years[-1])
    parts = [
        f"In {first}-{last} {pair} {found} ({interval(finding.inference)}); {chance(finding.inference)}.",
        weight(finding.inference),
        trend(finding),
    ]
    if study.placebo_year and finding.estimator == "event_study":
        parts.append(early(study.placebo_year[0], study.placebo_year[1]))
    if seen(finding.inference) or finding.inference.effect > 0:
        causes = (*events, "whatever else set this pair apart at that time")
        parts.append(f"It may also be due to {', '.join(causes[:-1])}{' or ' if events else ''}{causes[-1]}.")
    return " ".join(part for part in parts if part)


def compared(effect: float) -> str:
    return f"{abs(effect):.0%} {'more' if effect >= 0 else 'fewer'}"


def signed(effect: float) -> str:
    return f"{effect:+.0%}".replace("-", "−")


def interval(inference: Inference) -> str:
    return bounds(inference.low, inference.high)


def bounds(low: float, high: float) -> str:
    return f"95 % interval {signed(low)} to {signed(high)}"


def seen(inference: Inference) -> bool:
    """Whether the effect stands out from chance at the 5 % level; the same as: the interval leaves out zero."""
    return inference.p_value <= ALPHA + 1e-12


def chance(inference: Inference) -> str:
    further = inference.rank - 1
    return (
        f"{further if further else 'none'} of {inference.placebos} pretended agreements in pairs of similar size moved "
        f"as far (p = {inference.p_value:.2f})"
    )


def weight(inference: Inference) -> str:
    """How sure, and what could have been seen."""
    if seen(inference):
        return "A change this large is unlikely to be chance."
    return (
        f"This cannot be told from chance: with this much data only an effect of about {signed(inference.mde)} or more "
        "would have been seen reliably, so the data neither show an effect nor rule out a useful one."
    )


def trend(finding: Finding) -> str:
    if finding.pretrend_p > PRETREND_ALPHA:
        return f"Before, the pair moved like its comparison (pre-trend p = {finding.pretrend_p:.2f})."
    direction = "gaining on" if finding.pretrend > 0 else "falling behind"
    return (
        f"Before, the pair was already {direction} its comparison (pre-trend p = {finding.pretrend_p:.2f}), so the "
        "figure should not be read as the agreement's doing."
    )


def early(year: int, inference: Inference) -> str:
    """What a date that lies too early gives."""
    if seen(inference):
        return (
            f"A pretended date {PLACEBO_LEAD} years early ({year}) also gives an 'effect' ({signed(inference.effect)}, "
            f"p = {inference.p_value:.2f}): a warning."
        )
    found = f"{signed(inference.effect)} (p = {inference.p_value:.2f})"
    return f"A pretended date {PLACEBO_LEAD} years early gives {found}, as it should: nothing beyond chance."


def pooled_verdict(inference: Inference, agreements: int, works: str = "joint works", than: str = "without") -> str:
    """The agreements taken together."""
    return (
        f"Over {agreements} agreements together {works} were {compared(inference.effect)} than {than} "
        f"({interval(inference)}); {chance(inference)}. {weight(inference)}"
    )
