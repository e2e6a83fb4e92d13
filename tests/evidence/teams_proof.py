"""How often intervals hold the truth where works come in teams: the figures of docs/teams_proof.md.

    python -m tests.evidence.teams_proof docs/teams_proof.md

Works are drawn here with a truth that is known; only design effects and intervals come from the code that is judged.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl
from tests.places import drawn_places

from udsyn.cubes.build import build_cubes
from udsyn.evidence import teams
from udsyn.evidence.intervals import activity_interval, mean_interval
from udsyn.evidence.profile import impact_of
from udsyn.evidence.question import Question
from udsyn.evidence.sources import choose
from udsyn.record.engine import Record
from udsyn.record.ingest import ingest_openalex
from udsyn.record.tables import COUNTRY_YEAR

DRAWS = 1000


def team_works(draw: np.random.Generator, groups: int = 150, size: int = 4) -> pl.DataFrame:
    """Works of teams of four: a field with chance 0.2 and a luck with citations that the team shares; mean score 1."""
    team = np.repeat(np.arange(groups), size)
    luck = np.exp(draw.normal(-0.18, 0.6, groups))[team]
    scores = draw.poisson(8 * luck * np.exp(draw.normal(-0.125, 0.5, len(team)))) / 8
    return pl.DataFrame(
        {
            "team": team,
            "member": np.where(draw.random(groups)[team] < 0.2, "in", "out"),
            "weight": draw.choice([1.0, 1.0, 0.5, 0.25], len(team)),
            "score": scores,
            "top": (scores > 2.5).astype(float),
        }
    )


def coverage(draws: int, measured: bool = True) -> tuple[float, float, float]:
    """How many 95 % intervals hold the truth: of an activity index, of the MNCS, and of the PP among the most cited.

    With `measured` by the design effects of the code that is judged, else by none.
    """
    draw = np.random.default_rng(17)
    truth = team_works(draw, 400_000)["top"].mean()
    held = np.zeros(3)
    for seed in range(draws):
        works = team_works(draw)
        whole = works.with_columns(member=pl.lit("all"))
        share, score, top = 1.0, 1.0, 1.0
        if measured:
            share = teams.share_effects(works).of("in")
            score, top = (teams.mean_effects(whole, name).of("all") for name in ("score", "top"))
        weight = works["weight"]
        total, count = float(weight.sum()), float(works.filter(pl.col("member") == "in")["weight"].sum())
        squares = float(works.filter(pl.col("member") == "in").select(pl.col("weight").pow(2).sum()).item())
        each = count / squares / share if squares else 1.0
        low, high = activity_interval(count, total, 0.2 * total, each)
        cells = whole.with_columns(square=pl.col("weight") ** 2)
        impact = impact_of(cells, seed, 10, score, top)
        held += [
            (low or 0) <= 1 <= (high or 9),
            impact["mncs_low"] <= 1 <= impact["mncs_high"],
            impact["pp_top10_low"] <= truth <= impact["pp_top10_high"],
        ]
    return tuple(held / draws)  # type: ignore[return-value]


def diversity_coverage(draws: int, measured: bool = True) -> float:
    """How many 95 % intervals of a mean diversity hold the truth, where works of a team of four cite alike."""
    draw = np.random.default_rng(18)

    def scores(groups: int) -> pl.DataFrame:
        luck = np.repeat(draw.normal(-1.0, 0.8, groups), 4) + draw.normal(0, 0.5, 4 * groups)
        works = pl.DataFrame({"team": np.repeat(np.arange(groups), 4), "score": 1 / (1 + np.exp(-luck))})
        return works.with_columns(weight=pl.lit(1.0), member=pl.lit("2020"))

    truth, held = scores(400_000)["score"].mean(), 0
    for seed in range(draws):
        works = scores(150)
        effect = teams.mean_effects(works, "score", 0).of("2020") if measured else 1.0
        low, high = mean_interval(np.ones(600), effect * np.ones(600), works["score"].to_numpy(), seed)
        held += low <= truth <= high
    return held / draws


def real_effects(data: Path, folder: Path) -> Iterator[tuple[str, int, float, float]]:
    """Country, works, and the design effects of field shares and of citation scores in real works."""
    ingest_openalex(data / "works" / "geoscience" / "works.jsonl.gz", folder / "record")
    build_cubes(folder / "record")
    record = Record.open(folder / "record")
    source = choose(record, COUNTRY_YEAR, Question())
    for country in ("US", "GB", "CN"):
        works = teams.teams(record, source, country, "full")
        assert works is not None
        found = teams.design(record, source, country, Question(level="field", counting="full"))
        yield country, works.height, found.share.whole, found.score.whole


def all_coverage(draws: int, measured: bool = True) -> dict[str, float]:
    """Figure → how many of its intervals hold the truth."""
    names = ("activity index of a field", "MNCS", "PP among the most cited")
    of_place = ("share of a hot-spot", "MNCS of a hot-spot", "works of a hot-spot with home")
    found = zip((*names, *of_place), (*coverage(draws, measured), *drawn_places.coverage(draws, measured)), strict=True)
    return {**dict(found), "diversity of what is cited": diversity_coverage(draws, measured)}


def page() -> tuple[str, dict[str, float]]:
    """The page, and how many intervals of each figure hold the truth."""
    covered, bare = (all_coverage(DRAWS, measured) for measured in (True, False))
    lines = [
        "# Intervals over teams, proven",
        "",
        "Written by `make proof-pages`, in one run.",
        "",
        f"**Drawn works.** {DRAWS:,} draws of 150 teams of four works, which share their field, place and luck with",
        "citations (of places: 900 teams in the world, a tenth and 6 % of them in two places). 95 % intervals that",
        "hold the truth, with the design effect and without it; 93 % to 97 % are allowed:",
        "",
        "| figure | with | without |",
        "|---|---:|---:|",
        *(f"| {name} | {covered[name]:.1%} | {bare[name]:.1%} |" for name in covered),
    ]
    data = os.environ.get("UDSYN_DATA")
    if data:
        lines += real_lines(Path(data))
    return "\n".join(lines) + "\n", covered


def real_lines(data: Path) -> list[str]:
    """Design effects in real works."""
    with TemporaryDirectory() as folder:
        found = list(real_effects(data, Path(folder)))
    return [
        "",
        "**Real works** (5,571 of geoscience, full counting). Design effects by most prolific home author:",
        "",
        "| country | works | field shares | citation scores |",
        "|---|---:|---:|---:|",
        *(f"| {country} | {works:,} | {share:.1f} | {score:.1f} |" for country, works, share, score in found),
    ]


def main(out: Path) -> dict[str, float]:
    """Measure, write the page, and return how many intervals of each figure hold the truth."""
    text, covered = page()
    out.write_text(text, encoding="utf-8")
    return covered


if __name__ == "__main__":
    main(Path(sys.argv[1]))
