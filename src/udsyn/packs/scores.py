"""What scores come to: thresholds on the scores as they are, weights for the ranking; a missing one is unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from udsyn.packs.calls import Assessment, Criterion
from udsyn.packs.language import PackError
from udsyn.packs.sums import number


@dataclass(frozen=True)
class Scored:
    """`total` is weighted; None while a score is missing. `below`: the criteria under their threshold, or "sum"."""

    total: Fraction | None
    below: tuple[str, ...]
    missing: tuple[str, ...]


def value_of(criterion: Criterion, given: object) -> Fraction:
    """A score as a number, from a grade's letter where the scale has some. Raises PackError off the scale."""
    said = criterion.grades.get(given) if isinstance(given, str) else given
    value = number(said)
    if value is None or (criterion.grades and not isinstance(given, str)):
        raise PackError(f"{criterion.id}: {given} is not on the scale; use {scale(criterion)}.")
    steps = (value - number_of(criterion.least)) / number_of(criterion.step) if criterion.step else Fraction(0)
    if not criterion.least <= value <= criterion.most or steps.denominator != 1:
        raise PackError(f"{criterion.id}: {given} is not on the scale; use {scale(criterion)}.")
    return value


def number_of(value: float | None) -> Fraction:
    return Fraction(str(value or 0))


def scale(criterion: Criterion) -> str:
    if criterion.grades:
        return ", ".join(criterion.grades)
    steps = f" in steps of {criterion.step:g}" if criterion.step else ""
    return f"{criterion.least:g} to {criterion.most:g}{steps}"


def score(assessment: Assessment, given: Mapping[str, object]) -> Scored:
    """What these scores come to. Raises PackError for a score off its scale or of no criterion."""
    return come_to(assessment, values_of(assessment, given))


def values_of(assessment: Assessment, given: Mapping[str, object]) -> dict[str, Fraction]:
    """These scores as numbers, those that are there. Raises PackError as `score` does."""
    if unknown := set(given) - {one.id for one in assessment.criteria}:
        raise PackError(f"{min(unknown)} is no criterion of this call.")
    return {one.id: value_of(one, given[one.id]) for one in assessment.criteria if given.get(one.id) is not None}


def means(assessment: Assessment, several: Iterable[Mapping[str, object]]) -> dict[str, Fraction]:
    """Each criterion's exact mean over those who scored it; a mean may lie between the steps of its scale."""
    values = [values_of(assessment, given) for given in several]
    held = {one.id: [given[one.id] for given in values if one.id in given] for one in assessment.criteria}
    return {id_: sum(scores, Fraction(0)) / len(scores) for id_, scores in held.items() if scores}


def come_to(assessment: Assessment, values: Mapping[str, Fraction]) -> Scored:
    """What scores by criterion come to, as numbers."""
    missing = tuple(one.id for one in assessment.criteria if one.id not in values)
    below = [
        one.id
        for one in assessment.criteria
        if one.threshold is not None and one.id in values and values[one.id] < number_of(one.threshold)
    ]
    if not missing and assessment.least_sum is not None and sum(values.values()) < number_of(assessment.least_sum):
        below.append("sum")
    weights = {one.id: number_of(one.weight) for one in assessment.criteria}
    total = None if missing else sum((weights[id_] * value for id_, value in values.items()), Fraction(0))
    return Scored(total, tuple(below), missing)
