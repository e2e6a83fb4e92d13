"""How often verdicts on strengths are wrong, and how often they are found: the figures of docs/strengths_proof.md.

    python -m tests.evidence.strengths_proof docs/strengths_proof.md

Each measurement takes its size, so that `make test` runs a small one. The worlds are drawn here with a truth that is
known; only the answers come from the code that is judged.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from tests.evidence.made_records import (
    FIELDS,
    HOME,
    PARTNER,
    PLANTED,
    SMALL_SHARE,
    WORLD_SHARE,
    at_the_boundary,
    made_record,
    planted,
)

from udsyn.cubes.build import build_cubes
from udsyn.evidence import sides, teams, verdicts
from udsyn.evidence.strengths import strengths, tie_columns
from udsyn.record.engine import Record
from udsyn.record.sources.panels import ingest_panel
from udsyn.record.tables import COUNTRY_FIELD_YEAR

SEEDS, SMALL_SEEDS, WORKS, DRAWS = 16, 3, 100_000, 1000
EXPECTED = (2, 5, 10, 20, 50, 100)
MATURE = ("US", "GB", "DE", "FR", "IT", "NL", "SE", "CH", "DK", "JP")


class Calls(NamedTuple):
    """What was called in one drawn record: right and wrong ones, those that were there, and those that must not be."""

    right: int
    wrong: int
    there: int
    must_not: int
    planted: bool


# Joint strengths ---------------------------------------------------------------------------------------------------


def calls(folder: Path, seed: int, works: int, boundary: bool, world: np.ndarray) -> Calls:
    """The command's own function on a drawn record of teams of four (at the boundary) or of single works."""
    mix, team = (at_the_boundary, 4) if boundary else (planted, 1)
    record, true = made_record(folder, seed, works, mix, team, world)
    build_cubes(record)
    rows = strengths(record, HOME, PARTNER).records()
    shutil.rmtree(folder)
    both = (verdicts.JOINT, verdicts.CITED_BELOW)
    called = {int(row["id"]) for row in rows if row["quadrant"].startswith(both)}
    least = true[:2].min(axis=0)
    wrong, right = set(FIELDS[least <= 1 + 1e-9].tolist()), set(FIELDS[least > (1.2 if boundary else 1)].tolist())
    return Calls(len(called & right), len(called & wrong), len(right), len(wrong), PLANTED in called)


def all_calls(seeds: int, works: int, boundary: bool, world: np.ndarray = WORLD_SHARE) -> list[Calls]:
    with TemporaryDirectory() as folder:
        return [calls(Path(folder) / str(seed), seed, works, boundary, world) for seed in range(1, seeds + 1)]


def false_part(found: list[Calls]) -> float:
    """The part of calls that is false."""
    wrong, right = sum(one.wrong for one in found), sum(one.right for one in found)
    return wrong / (wrong + right) if wrong + right else 0.0


def power(found: list[Calls]) -> float:
    return sum(one.right for one in found) / sum(one.there for one in found)


# Use ---------------------------------------------------------------------------------------------------------------


def uses(true: float, expected: float, draws: int, seed: int, fields: int = 8) -> dict[str, float]:
    """Verdict → how often it is given, of `fields` at once, where joint works are `true` times as many as expected."""
    draw = np.random.default_rng(seed)
    found: list[str] = []
    for _ in range(draws // fields):
        rows = [use_row(float(count), expected) for count in draw.poisson(true * expected, fields)]
        verdicts.decide(rows, verdicts.CONFIDENCE)
        found += [row["quadrant"] for row in rows]
    return {name: found.count(name) / len(found) for name in (verdicts.UNDER_USED, verdicts.WELL_USED)}


def use_row(count: float, expected: float) -> dict[str, Any]:
    """A field in which both countries are plainly strong."""
    nothing = {"home_growth_p": None, "partner_growth_p": None, "home_mncs_high": None, "partner_mncs_high": None}
    strong = {"home_activity_p": 1e-12, "partner_activity_p": 1e-12, "enough": True, **nothing}
    return {**strong, "use_p": verdicts.expected_p(count, expected, 1.0), **tie_columns(count, expected, 1.0)}


# Growth ------------------------------------------------------------------------------------------------------------


def growing(data: Path, folder: Path) -> Iterator[tuple[str, str, float]]:
    """Countries, counting, and the part of country × field cells that grow by more than matters, in the NCSES panel."""
    name = "ncses_articles_by_country_field_year_2003_2022.csv.gz"
    ingest_panel(folder / "record", data / "panels" / name, "fields")
    record = Record.open(folder / "record")
    cube = record.cube(COUNTRY_FIELD_YEAR).filter(pl.col("level") == "field")
    every = sorted(set(cube["country"].drop_nulls().unique().to_list()) - {"WORLD"})
    for said, countries in (("all", every), ("ten mature economies", MATURE)):
        for counting in ("full", "fractional"):
            rises = [
                (sides.growth(half), sides.growth_variance(half, 1 / teams.ASSUMED))
                for country in countries
                for half in sides.halved(cube, country, counting).values()
            ]
            above = [p is not None and p <= 0.05 for p in (verdicts.growing_p(*rise) for rise in rises)]
            yield said, counting, sum(above) / len(above)


# The page ----------------------------------------------------------------------------------------------------------


def page() -> tuple[str, dict[str, Any]]:
    """The page, and the figures on it that must hold."""
    boundary, strong = all_calls(SEEDS, WORKS, boundary=True), all_calls(SEEDS, WORKS, boundary=False)
    small = {works: all_calls(SMALL_SEEDS, works, True, SMALL_SHARE) for works in (WORKS, 4 * WORKS)}
    told = {(true, e): uses(true, e, 8 * DRAWS, 7) for true in (0.6, 1.0, 1.2) for e in EXPECTED}
    lines = [
        "# Verdicts on strengths, proven",
        "",
        "Written by `make proof-pages`, in one run.",
        "",
        f"**At the boundary.** {SEEDS} drawn records of {WORKS:,} works in teams of four. Home is truly strong in",
        "twelve fields; in eight of them the partner's true index is exactly 1, in four it is about 1.9.",
        f"Called: {sum(one.right for one in boundary)} rightly, {sum(one.wrong for one in boundary)} wrongly: false",
        f"discoveries {false_part(boundary):.1%} of calls (allowed {1 - verdicts.CONFIDENCE:.0%}); power",
        f"{power(boundary):.0%} of the fields in which both true indexes are above 1.2.",
        "",
        f"**Strengths of all sizes.** {SEEDS} drawn records of {WORKS:,} works, all multipliers exp(N(0, 0.35)) but",
        "field 21 with 2.5 and 1.9. The planted field is found in",
        f"{sum(one.planted for one in strong)} of {SEEDS}; false discoveries {false_part(strong):.1%} of calls, and",
        f"{sum(one.wrong for one in strong)} of {sum(one.must_not for one in strong)} fields that must not be called;",
        f"power {power(strong):.0%} of all fields in which both true indexes are above 1, however little.",
        "",
        f"**Countries as small as Denmark and Korea**: the same boundary, {SMALL_SEEDS} drawn records each, with home",
        f"{SMALL_SHARE[0]:.1%} and the partner {SMALL_SHARE[1]:.1%} of the world instead of {WORLD_SHARE[0]:.1%} and",
        f"{WORLD_SHARE[1]:.1%}. A small country's strengths are seen only in larger records:",
        "",
        "| works in the record | led from home | called rightly | wrongly | power |",
        "|---:|---:|---:|---:|---:|",
    ]
    for works, found in small.items():
        counts = f"{sum(one.right for one in found)} | {sum(one.wrong for one in found)} | {power(found):.0%}"
        lines.append(f"| {works:,} | {works * SMALL_SHARE[0]:,.0f} | {counts} |")
    lines += [
        "",
        "**Use.** How often a joint strength is called under-used / well used, eight fields looked at together:",
        "",
        "| joint works, true / expected | " + " | ".join(f"{e} expected" for e in EXPECTED) + " |",
        "|---|" + "---:|" * len(EXPECTED),
    ]
    for true in (0.6, 1.0, 1.2):
        parts = [told[true, e] for e in EXPECTED]
        shown = [f"{one[verdicts.UNDER_USED]:.1%} / {one[verdicts.WELL_USED]:.1%}" for one in parts]
        lines.append(f"| {true:g} | " + " | ".join(shown) + " |")
    data = os.environ.get("UDSYN_DATA")
    if data:
        lines += growth_lines(Path(data))
    figures = {"boundary": boundary, "small": small, "strong": strong, "told": told}
    return "\n".join(lines) + "\n", figures


def growth_lines(data: Path) -> list[str]:
    """How much of the real panel grows."""
    lines = [
        "",
        "**Growth** in the NCSES panel, 2013-2022 over 2003-2012: country × field cells whose share grew by more",
        "than 10 % (p up to 0.05 each):",
        "",
    ]
    lines += ["| countries | counting | growing |", "|---|---|---:|"]
    with TemporaryDirectory() as folder:
        grown = growing(data, Path(folder))
        lines += [f"| {countries} | {counting} | {part:.0%} |" for countries, counting, part in grown]
    return lines


def main(out: Path) -> dict[str, Any]:
    """Measure, write the page, and return its figures."""
    text, figures = page()
    out.write_text(text, encoding="utf-8")
    return figures


if __name__ == "__main__":
    main(Path(sys.argv[1]))
