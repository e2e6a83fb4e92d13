"""Scores to an order: tie-breaks one after the other, each asked again at every place, since some look at those above.

    order = rank(proposals, [uncovered, by("excellence"), by("impact"), drawn(lots)])

Ties that no step breaks stay ties: a place of the order is a tuple. An unknown figure breaks none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

Number = int | float | Fraction
Order = tuple[tuple[str, ...], ...]  #: places, best first; several at one place are tied


@dataclass(frozen=True)
class Proposal:
    """What is ranked: a score, figures that tie-breaks compare, and what it covers (topics, countries)."""

    id: str
    score: Number
    figures: Mapping[str, Number | None] = field(default_factory=dict)
    covers: frozenset[str] = frozenset()


#: figures of tied proposals, seen those ranked above; the highest goes first, None: nobody can tell
Step = Callable[[Proposal, Sequence[Proposal]], Number | None]


def by(name: str) -> Step:
    """The higher figure of that name first."""
    return lambda proposal, above: proposal.figures.get(name)


def uncovered(proposal: Proposal, above: Sequence[Proposal]) -> Number:
    """More of what no proposal above covers first (Horizon Europe's first tie-break)."""
    return len(proposal.covers - frozenset().union(*(one.covers for one in above)))


def drawn(order: Sequence[str]) -> Step:
    """As lots were drawn (`lottery.draw`)."""
    place = {id_: len(order) - n for n, id_ in enumerate(order)}
    return lambda proposal, above: place.get(proposal.id)


def rank(proposals: Sequence[Proposal], steps: Sequence[Step] = ()) -> Order:
    """The order, best first. Raises ValueError where two proposals have the same id."""
    if len({one.id for one in proposals}) < len(proposals):
        raise ValueError("two proposals have the same id")
    left = list(proposals)
    above: list[Proposal] = []
    order: list[tuple[str, ...]] = []
    while left:
        best = max(one.score for one in left)
        first = [one for one in left if one.score == best]
        for step in steps:
            figures = [step(one, above) for one in first]
            known = [figure for figure in figures if figure is not None]
            if len(known) == len(figures):
                first = [one for one, figure in zip(first, figures, strict=True) if figure == max(known)]
        order.append(tuple(sorted(one.id for one in first)))
        above += first
        left = [one for one in left if one not in first]
    return tuple(order)
