"""How one work is shared out between countries (or institutions). Exact fractions; the record stores the same as units.

Author-level fractional counting is the default: 1/authors each, split equally over the author's institutions, with the
part of authors without a known country kept as unknown (key None). A record that holds only countries uses
`country_level`; name the level with the number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from fractions import Fraction
from itertools import combinations

Part = Hashable | None


def full(authors: Sequence[Sequence[Part]]) -> dict[Part, Fraction]:
    """1 for every country on the work, however many authors it has there."""
    return {part: Fraction(1) for author in authors for part in author if part is not None}


def author_level(authors: Sequence[Sequence[Part]]) -> dict[Part, Fraction]:
    """1/authors each, split equally over the author's affiliations; an author without one is unknown (None).

    Worked: {DK}, {DK, SE}, {KR}, {} → DK 3/8, SE 1/8, KR 1/4, unknown 1/4.
    """
    weights: Counter[Part] = Counter()
    for author in authors:
        parts: Sequence[Part] = author or [None]
        for part in parts:
            weights[part] += Fraction(1, len(authors) * len(parts))  # type: ignore[assignment]
    return dict(weights)  # type: ignore[arg-type]


def institution_level(authors: Sequence[Sequence[tuple[str, Part]]]) -> dict[Part, Fraction]:
    """The same weight for each institution (its id and its country) on the work, each counted once.

    Worked: authors at A, at A and B, at C, with A and B in DK and C in KR → DK 2/3, KR 1/3.
    """
    places = {place for author in authors for place in author}
    weights: Counter[Part] = Counter()
    for _, country in places:
        weights[country] += Fraction(1, len(places))  # type: ignore[assignment]
    return dict(weights)  # type: ignore[arg-type]


def country_level(authors: Sequence[Sequence[Part]]) -> dict[Part, Fraction]:
    """The same weight for each known country on the work. Worked: the case above → 1/3 each."""
    known = full(authors)
    return {part: Fraction(1, len(known)) for part in known}


def known_only(weights: dict[Part, Fraction]) -> dict[Part, Fraction]:
    """Weights shared out again over what is known. Worked: the case above → DK 1/2, SE 1/6, KR 1/3."""
    known = {part: weight for part, weight in weights.items() if part is not None}
    total = sum(known.values())
    return {part: weight / total for part, weight in known.items()}


def fractional_links(countries: Sequence[Part]) -> dict[tuple[Part, Part], Fraction]:
    """1/(k - 1) for every pair of a work with k countries, so that each country's links sum to 1.

    Perianes-Rodriguez, Waltman & van Eck 2016, doi 10.1016/j.joi.2016.10.006. Worked: k = 2, 3, 4 → 1, 1/2, 1/3.
    """
    partners = sorted(set(countries), key=str)
    return {pair: Fraction(1, len(partners) - 1) for pair in combinations(partners, 2)}
