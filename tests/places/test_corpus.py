"""Planted cities and rising topics of a generated corpus, from works through the record to both questions.

The corpus comes from the generator that lies beside the real data (`UDSYN_DATA/../tools/gen_openalex.py`); its
truth.json says which city each institution belongs to and which topics rise from 2020 on.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy.special import stdtrit
from sklearn.metrics import adjusted_rand_score
from tests.written import as_written

from udsyn.evidence.places.chosen import choose
from udsyn.evidence.places.density import NOISE, haversine_km
from udsyn.evidence.places.emerging import COUNTS, Panel, backtest, emerging
from udsyn.evidence.places.hotspots import POINTS, PRESETS, Settings, label, place
from udsyn.evidence.question import Question
from udsyn.facts import countries
from udsyn.record.ingest import ingest_openalex

GENERATOR = Path(os.environ.get("UDSYN_DATA", "."), "..", "tools", "gen_openalex.py")
generated = pytest.mark.skipif(not GENERATOR.is_file(), reason=f"{GENERATOR} is not there: set UDSYN_DATA")

NCSES = Path(os.environ.get("UDSYN_DATA", "."), "panels", "ncses_articles_by_country_field_year_2003_2022.csv.gz")
REAL_YEARS = range(2012, 2020)
PAGE = Path(__file__).resolve().parents[2] / "docs" / "places.md"
RULES = ("Udsyn", "EScore", "grew most last year", "grew fastest last year")

SEEDS = range(11, 21)
WORKS = 100_000
NEAR = 25.0  #: km from its city within which an institution counts as belonging to it
LARGE = 50  #: works since 2020 from which a planted topic must be found
CALLED_AT = (2021, 2022)  #: years of the back-test that have three years after them, and planted rises before them


@dataclass(frozen=True)
class Seen:
    """What one corpus showed."""

    seed: int
    rand: float
    rand_small: float
    planted: int
    found: int
    called: int
    right: int
    tests: pl.DataFrame


def corpus(folder: Path, seed: int, works: int) -> tuple[Path, dict[str, object]]:
    """The record of a generated corpus, and its truth; the works themselves are removed again."""
    source = folder / f"corpus-{seed}"
    command = [sys.executable, str(GENERATOR), str(source), "--works", str(works), "--seed", str(seed), "--parts", "4"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    ingest_openalex(source, folder / f"record-{seed}")
    truth = json.loads((source / "truth.json").read_text(encoding="utf-8"))
    shutil.rmtree(source)
    return folder / f"record-{seed}", truth


def rand_index(record: Path, truth: dict[str, object], settings: Settings) -> float:
    """Adjusted Rand index of hot-spots against cities, over the institutions near their city; noise stands alone."""
    with choose(record, Question()) as chosen:
        points = label(place(chosen.frame(POINTS)), settings)
    city = {hub["city"]: hub for hub in truth["hubs"]}  # type: ignore[attr-defined]
    belongs = {int(name.rsplit("I", 1)[1]): town for name, town in truth["institution_city"].items()}  # type: ignore[attr-defined]
    towns = [belongs[institution] for institution in points["institution"]]
    lat, lon = (np.array([city[town][side] for town in towns]) for side in ("lat", "lon"))
    near = haversine_km(points["lat"].to_numpy(), points["lon"].to_numpy(), lat, lon) <= NEAR
    spot = points["spot"].to_numpy()
    alone = np.where(spot == NOISE, -1 - np.arange(len(spot)), spot)
    return float(adjusted_rand_score(np.array(towns)[near], alone[near]))


def see(folder: Path, seed: int, works: int) -> Seen:
    record, truth = corpus(folder, seed, works)
    rising: dict[str, int] = truth["rising_topic_works"]  # type: ignore[assignment]
    large = {topic for topic, count in rising.items() if count >= LARGE}
    found = emerging(record, year=2024, limit=None, details=True).rows
    called = set(found.filter("rising")["id"])
    with choose(record, Question()) as chosen:
        panel = Panel.of(chosen.frame(COUNTS, level="topic", country=None))
    seen = Seen(
        seed,
        rand_index(record, truth, PRESETS["udsyn"]),
        rand_index(record, truth, Settings(share=0.001)),
        len(large),
        len(large & called),
        len(called),
        len(called & set(rising)),
        backtest(panel, list(CALLED_AT), planted=risers(panel, rising)),
    )
    shutil.rmtree(record)
    return seen


def risers(panel: Panel, rising: dict[str, int]) -> np.ndarray:
    """Which members of the panel are planted to rise."""
    return np.isin([f"T{member}" for member in panel.members], list(rising))


@generated
def test_planted_cities_and_risers_of_a_small_corpus(tmp_path: Path) -> None:
    seen = see(tmp_path, 7, 20_000)
    assert seen.rand >= 0.95
    assert (seen.planted, seen.called) == (0, 0), "no planted topic has 50 works in a corpus this small: none is called"
    assert set(seen.tests["rule"]) >= {"udsyn", "escore", "grew most last year"}


@generated
@pytest.mark.prove
def test_ten_corpora(tmp_path: Path) -> None:
    seen = [see(tmp_path, seed, WORKS) for seed in SEEDS]
    as_written(proof_page(seen), "places_proof.md")
    assert min(one.rand for one in seen) >= 0.975
    assert sum(one.found for one in seen) >= 0.65 * sum(one.planted for one in seen)
    assert sum(one.right for one in seen) >= 0.95 * sum(one.called for one in seen)


def proof_page(seen: list[Seen]) -> str:
    """The figures as a Markdown page."""
    intro = (
        f"Written by `make proof-pages`: {len(seen)} generated corpora of {WORKS:,} works, 6,000 institutions around "
        "73 cities, 12 topics that rise from 2020 on. Rand is the adjusted Rand index of hot-spots against cities over "
        f"the institutions within {NEAR:.0f} km of their city, at the default minimum (0.5 % of the world) and at "
        "0.1 %. "
        f"Planted topics with at least {LARGE} works since 2020 are judged at the end of 2024."
    )
    lines = ["# Proof: planted cities and rising topics", "", intro, ""]
    lines += ["| seed | Rand, default | Rand, 0.1 % | planted | found | called | of them planted |", "|---" * 7 + "|"]
    lines += [
        f"| {one.seed} | {one.rand:.3f} | {one.rand_small:.4f} | {one.planted} | {one.found} | {one.called} | "
        f"{one.right} |"
        for one in seen
    ]
    sums = {name: sum(getattr(one, name) for one in seen) for name in ("planted", "found", "called", "right")}
    ranges = [
        f"{min(values):.4f}-{max(values):.4f}" for values in ([s.rand for s in seen], [s.rand_small for s in seen])
    ]
    lines.append(f"| **all** | {' | '.join(ranges)} | {' | '.join(str(value) for value in sums.values())} |")
    recall, precision = sums["found"] / sums["planted"], sums["right"] / sums["called"]
    return "\n".join([*lines, "", f"Recall {recall:.0%}, precision {precision:.0%}.", "", *backtest_lines(seen)]) + "\n"


def backtest_lines(seen: list[Seen]) -> list[str]:
    """Precision at 20 and 50 of every rule, averaged over corpora, with 95 % intervals over corpora."""
    tests = pl.concat([one.tests for one in seen])
    intro = (
        "What is called at the end of a year against what happened by three years later (a topic *rose* when its part "
        "of the world was at least a quarter larger, beyond chance at 1 %), and against what was planted. Average over "
        "corpora with its 95 % interval; *possible* is the most that any rule could reach. Most topics that rose did "
        "so by chance, which no rule can know; that is why the planted ones have a column of their own."
    )
    head = "| year | rule | rose | possible at 20 | precision at 20 | at 50 | planted at 20 |"
    lines = ["## Back-test", "", intro, "", head, "|---" * 7 + "|"]
    for (year, rule), group in tests.group_by(["year", "rule"], maintain_order=True):
        cells = [str(year), str(rule), f"{group['rose'].mean():.1f}", f"{group['possible_20'].mean():.2f}"]
        cells += [over_corpora(group[name].to_numpy()) for name in ("precision_20", "precision_50", "planted_20")]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def over_corpora(values: np.ndarray) -> str:
    """Mean and half the width of its 95 % interval (Student's t)."""
    half = stdtrit(len(values) - 1, 0.975) * values.std(ddof=1) / np.sqrt(len(values))
    return f"{values.mean():.3f} ± {half:.3f}"


def economies_by_field() -> Panel:
    """The real panel: whole counts of each economy in each field group, 2003-2022."""
    rows = pl.read_csv(NCSES, infer_schema_length=None).filter(
        (pl.col("counting") == "whole") & (pl.col("field") != "all S&E fields")
    )
    known = {economy: countries.resolve(economy) for economy in rows["economy"].unique()}
    rows = rows.with_columns(country=pl.col("economy").replace_strict(known, default=None)).drop_nulls("country")
    keys = rows.select(key=pl.format("{} {}", "country", "field"))["key"]
    number = {key: place for place, key in enumerate(sorted(set(keys)))}
    member = keys.replace_strict(number, return_dtype=pl.Int64).alias("member")
    return Panel.of(rows.select(member, "year", works=pl.col("value").cast(pl.Float64).round()))


@pytest.mark.skipif(not NCSES.is_file(), reason=f"{NCSES} is not there: set UDSYN_DATA")
def test_rising_fields_of_economies_in_the_real_panel() -> None:
    found = backtest(economies_by_field(), list(REAL_YEARS))
    means = found.group_by("rule", maintain_order=True).agg(pl.col("rose", "precision_20", "precision_50").mean())
    print(f"\n{means}")
    mean = dict(means.select("rule", "precision_20").iter_rows())
    assert mean["udsyn"] >= 0.5
    assert mean["udsyn"] >= 2 * max(value for rule, value in mean.items() if rule != "udsyn")
    page = PAGE.read_text(encoding="utf-8")
    for (rule, _, at_20, at_50), name in zip(means.rows(), RULES, strict=True):
        assert f"| {name} | {at_20:.2f} | {at_50 + 1e-9:.2f} |" in page, rule


if __name__ == "__main__":  # the page of figures: `make proof-pages`
    with tempfile.TemporaryDirectory() as made:
        print(proof_page([see(Path(made), seed, WORKS) for seed in SEEDS]), end="")
