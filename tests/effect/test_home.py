"""Home beside its pair: diversion and spill-over, the rank among other homes, and who is compared."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from udsyn.evidence.effect.findings import Settings, effect
from udsyn.evidence.effect.panel import LARGE, pair_panel
from udsyn.evidence.effect.placebo import matched, shared_groups
from udsyn.evidence.effect.study import Agreement

EUROPE = ["AT", "BE", "CH", "CZ", "DE", "DK", "ES", "FI", "FR", "GB", "HU", "IT", "NL", "NO", "PL", "PT", "SE"]
OVERSEAS = ["AU", "BR", "CA", "CL", "CN", "IN", "JP", "KR", "MX", "US", "ZA"]
CODES = sorted([*EUROPE, *OVERSEAS])
SETTINGS = Settings(placebos=60, homes=10)
YEARS, FIRST = range(2000, 2020), 2010


def grid(after: dict[tuple[str, str], float], share: float = 0.2) -> pl.DataFrame:
    """Evenly growing pairs with Poisson noise; from 2010 on the pairs named are multiplied.

    China is as large as makes it `share` of Denmark's joint works.
    """
    random = np.random.default_rng(8)
    size = dict.fromkeys(CODES, 20.0) | {"CN": 20.0 * share / (1 - share) * (len(CODES) - 2)}
    rows = []
    for i, one in enumerate(CODES):
        for other in CODES[i + 1 :]:
            lift = after.get((one, other), after.get((other, one), 1.0))
            for year in YEARS:
                mean = size[one] * size[other] * 1.04 ** (year - 2000) * (lift if year >= FIRST else 1.0)
                rows.append((one, other, year, float(random.poisson(mean))))
    return pl.DataFrame(rows, schema=["c1", "c2", "year", "works"], orient="row")


def of_denmark(china: float, others: float) -> pl.DataFrame:
    return grid({("CN", "DK"): china} | {(code, "DK"): others for code in CODES if code not in ("CN", "DK")})


def test_diversion_makes_the_figure_too_high_and_home_total_tells() -> None:
    """A fifth of Denmark's works rise by 36 % and the total is held: others fall to (1 - 1.36 / 5) / (4 / 5) = 0.91.

    By hand: 1.36 / 0.91 = 1.49, a true +36 % that is seen as +49 %, with a total of 0 %.
    """
    row = effect(of_denmark(1.36, 0.91), "DK", "CN", FIRST, known=(), settings=SETTINGS).rows.row(0, named=True)
    assert row["effect"] == pytest.approx(0.49, abs=0.04)
    assert row["total_effect"] == pytest.approx(0.0, abs=0.02)
    assert row["total_low"] < 0 < row["total_high"]


def test_spill_over_makes_the_figure_too_low_and_home_total_tells() -> None:
    """All of Denmark's ties rise by a fifth: 1.36 / 1.2 = 1.13; the total rises by (1.36 + 4 × 1.2) / 5 = 1.23."""
    row = effect(of_denmark(1.36, 1.2), "DK", "CN", FIRST, known=(), settings=SETTINGS).rows.row(0, named=True)
    assert row["effect"] == pytest.approx(0.13, abs=0.04)
    assert row["total_effect"] == pytest.approx(0.23, abs=0.03)
    assert row["total_low"] > 0


def test_home_is_ranked_among_other_homes() -> None:
    """Denmark's ties with Korea and Japan double: first of eleven. Sweden's do instead: Denmark is second at best."""
    known = (Agreement("DK", "KR", FIRST), Agreement("DK", "JP", FIRST))
    ours = effect(grid({("DK", "KR"): 2.0, ("DK", "JP"): 2.0}), "DK", known=known, settings=SETTINGS).rows
    assert set(ours["homes_rank"]) == {1}
    assert set(ours["homes"]) == {10}
    pooled = ours.filter(pl.col("partner") == "all")
    assert "1st of 11 (p = 0.09)" in pooled["headline"][0]
    theirs = grid({("SE", "KR"): 2.0, ("SE", "JP"): 2.0, ("NO", "KR"): 2.0, ("NO", "JP"): 2.0, ("FI", "KR"): 2.0})
    beaten = effect(theirs, "DK", known=known, settings=Settings(placebos=60, homes=25)).rows
    assert beaten["homes_rank"].min() > 2


def test_one_of_many_agreements_is_told_so() -> None:
    known = tuple(Agreement("DK", code, FIRST) for code in ("KR", "JP", "US", "BR"))
    frame = grid({("DK", "KR"): 2.0})
    alone = effect(frame, "DK", "KR", known=known, settings=SETTINGS).headlines[0]
    assert (
        "as one of Denmark's 4 agreements with a date it cannot be told from chance, which calls at least one" in alone
    )
    assert "of so many in 19 % of cases" in alone
    assert "one of Denmark's" not in effect(frame, "DK", "KR", FIRST, known=(), settings=SETTINGS).headlines[0]
    every = effect(frame, "DK", known=known, settings=SETTINGS)
    korea = every.rows.filter(pl.col("partner") == "KR").row(0, named=True)
    assert korea["q_value"] == pytest.approx(4 * korea["together_p"])  # the smallest of four p-values, by hand
    assert f"q = {korea['q_value']:.2f} with the 4 agreements" in korea["headline"]


def test_placebos_share_the_groups_of_the_pair() -> None:
    """At the end of 2010 the UK was in the EU; Denmark and Germany are compared with pairs inside the EU alone."""
    panel = pair_panel(grid({}))
    pair = panel.pair("DE", "DK")
    inside = {"AT", "BE", "CZ", "DE", "DK", "ES", "FI", "FR", "GB", "HU", "IT", "NL", "PL", "PT", "SE"}
    chosen = {code for n in matched(panel, pair, 10, set(), 40) for code in panel.names[n].split("-")}
    assert chosen <= inside
    bits = shared_groups(panel, 2010)
    assert bits[pair] == bits[panel.pair("AT", "BE")] != bits[panel.pair("DE", "CH")]
    assert bits[panel.pair("BR", "CN")] == 0


def test_placebos_have_the_same_part_of_very_large_works_where_it_is_told() -> None:
    """Half of the pairs are 40 % very large works, as the pair is; the others are none: only the first are taken."""
    frame = grid({})
    number = (pl.col("c1").replace_strict(dict(zip(CODES, range(len(CODES)), strict=True)), return_dtype=pl.Int64)) % 2
    even = pl.when(number == CODES.index("DK") % 2).then(0.4).otherwise(0.0)
    panel = pair_panel(frame.with_columns((pl.col("works") * even).alias(LARGE)))
    chosen = matched(panel, panel.pair("DK", "KR"), 10, set(), 30)
    assert {CODES.index(panel.names[n].split("-")[0]) % 2 for n in chosen} == {CODES.index("DK") % 2}
    without = matched(pair_panel(frame), panel.pair("DK", "KR"), 10, set(), 30)
    assert {CODES.index(panel.names[n].split("-")[0]) % 2 for n in without} == {0, 1}
