"""The generated pair panel: joint works per two countries and year, as if another database had counted them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from udsyn.world.setting import Array, Planted, read

FIRST_YEAR, LAST_YEAR = 1990, 2024
GROWTH = 1.07
#: joint works in the first year of two countries of size one
LEVEL = 6.0
#: part of a country's pairs that are works of their own (some works join more than two countries)
DISTINCT = 0.7


def pair_panel(seed: int, planted: Planted) -> tuple[Iterator[tuple[Any, ...]], dict[str, Any]]:
    """Rows (year, c1, c2, works) with c1 <= c2, and the planted effect.

    Expected counts are gravity × lasting affinity × growth × country-year shocks, and the agreement's factor from its
    year on; counts are Poisson. A row c1 == c2 holds all international works of the country.
    """
    rng = np.random.default_rng([seed, 6])
    rows = sorted(read("places"), key=lambda row: row["code"])
    codes = [row["code"] for row in rows]
    size = np.array([row["size"] for row in rows], dtype=float) ** 0.9
    years = np.arange(FIRST_YEAR, LAST_YEAR + 1)
    lasting = np.triu(np.exp(rng.normal(0, 0.45, (len(codes), len(codes)))), 1)
    for (a, b), factor in planted.ties.items():
        i, j = sorted((codes.index(a), codes.index(b)))
        lasting[i, j] *= factor
    shocks = np.exp(np.cumsum(rng.normal(0, 0.03, (len(years), len(codes))), axis=0))
    mean = LEVEL * np.outer(size, size) * lasting * (GROWTH ** (years - FIRST_YEAR))[:, None, None]
    mean = mean * shocks[:, :, None] * shocks[:, None, :]
    i, j = sorted(codes.index(code) for code in planted.agreement)
    mean[years >= planted.agreement_from, i, j] *= 1 + planted.agreement_panel
    counts = rng.poisson(mean)
    totals = np.round((counts.sum(axis=1) + counts.sum(axis=2)) * DISTINCT).astype(int)
    truth = {
        "pair": list(planted.agreement),
        "from": planted.agreement_from,
        "effect": planted.agreement_panel,
        "effect_on_others": 0.0,
        "works_before": int(counts[years < planted.agreement_from, i, j].sum()),
        "works_after": int(counts[years >= planted.agreement_from, i, j].sum()),
    }
    return panel_rows(years, codes, counts, totals), truth


def panel_rows(years: Array, codes: list[str], counts: Array, totals: Array) -> Iterator[tuple[Any, ...]]:
    for k, year in enumerate(years):
        for i, first in enumerate(codes):
            yield int(year), first, first, int(totals[k, i])
            for j in range(i + 1, len(codes)):
                if counts[k, i, j]:
                    yield int(year), first, codes[j], int(counts[k, i, j])
