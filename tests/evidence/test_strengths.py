"""Both strong: what is planted is found, what rests on luck or on few works is not."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from tests.evidence.made_records import FIELDS, HOME, PARTNER, PLANTED, made_record

from udsyn.cubes.build import build_cubes
from udsyn.errors import UsageError
from udsyn.evidence.profile import profile
from udsyn.evidence.strengths import (
    COMPLEMENTARY,
    JOINT,
    MIN_WORKS,
    QUADRANTS,
    TOO_FEW,
    UNDER_USED,
    WEAK,
    WELL_USED,
    Side,
    quadrant,
    strengths,
)
from udsyn.record.sources.panels import ingest_panel

DOCS = Path(__file__).resolve().parents[2] / "docs"
STRONG, GROWING, PLAIN = Side(50, activity_floor=1.2), Side(50, growth_floor=0.1), Side(50)


@pytest.mark.parametrize(
    ("ours", "theirs", "joint", "name"),
    [
        (STRONG, STRONG, (9.0, 5.0), WELL_USED),
        (STRONG, STRONG, (2.0, 5.0), UNDER_USED),
        (STRONG, STRONG, None, JOINT),
        (STRONG, GROWING, (0.0, 1.0), COMPLEMENTARY),
        (GROWING, STRONG, None, COMPLEMENTARY),
        (STRONG, PLAIN, (9.0, 5.0), WEAK),
        (GROWING, GROWING, None, WEAK),
    ],
)
def test_quadrants(ours: Side, theirs: Side, joint: tuple[float, float] | None, name: str) -> None:
    assert quadrant(ours, theirs, joint) == name


def panel(folder: Path, counts: dict[str, list[int]], world: list[int]) -> Path:
    """A record of countries × fields from whole counts."""
    lines = ["country,field,year,works"]
    for country, values in {**counts, "WORLD": world}.items():
        lines += [f"{country},field {n},2020,{value}" for n, value in enumerate(values)]
        lines.append(f"{country},all,2020,{sum(values)}")
    (folder / "fields.csv").write_text("\n".join(lines) + "\n")
    ingest_panel(folder / "record", folder / "fields.csv", "fields", source="made")
    return folder / "record"


def test_a_field_of_seven_works_cannot_top_the_list(tmp_path: Path) -> None:
    world = [100_000, 100_000, 100_000, 300]
    record = panel(tmp_path, {"DK": [300, 100, 100, 7], "KR": [900, 300, 300, 7]}, world)
    rows = strengths(record, "DK", "KR", counting="full").records()
    assert rows[0]["id"] == "field 0"
    assert rows[-1]["id"] == "field 3", "listed last, and not hidden"
    assert rows[-1]["home_activity"] > 5
    assert rows[-1]["home_activity_damped"] < 1.4
    assert rows[0]["quadrant"] == JOINT


def test_the_reader_changes_the_weights_and_sees_what_hangs_on_them(counted: Path) -> None:
    usual = {row["id"]: row for row in strengths(counted, "DK", "KR").records()}
    by_impact = strengths(counted, "DK", "KR", weights={"specialisation": 0, "impact": 2}).records()
    assert [row["rank"] for row in by_impact] == list(range(1, len(by_impact) + 1))
    for row in usual.values():
        assert row["rank_best"] <= row["rank"] <= row["rank_worst"]
    with pytest.raises(UsageError, match="no weight"):
        strengths(counted, "DK", "KR", weights={"fame": 1})
    with pytest.raises(UsageError, match="all weights are 0"):
        strengths(counted, "DK", "KR", weights={"specialisation": 0, "impact": 0})


def test_the_same_settings_give_the_same_rows(counted: Path) -> None:
    assert strengths(counted, "DK", "KR").records() == strengths(counted, "DK", "KR").records()
    assert strengths(counted, "DK", "KR", seed=2).provenance.seed == 2


def calls(seed: int, folder: Path) -> tuple[bool, int, int]:
    """A world of 50 countries and 26 fields: (planted field found, false calls, fields that must not be called)."""
    draw = np.random.default_rng(seed)
    fields = draw.dirichlet(np.full(26, 3.0))
    multiplier = np.exp(draw.normal(0, 0.35, (2, 26)))
    multiplier[0, 5], multiplier[1, 5] = 2.5, 1.9
    sizes = {"DK": 1450, "KR": 4400}
    counts = {}
    for country, size, own in zip(sizes, sizes.values(), multiplier, strict=True):
        mix = fields * own
        counts[country] = [int(n) for n in draw.multinomial(size, mix / mix.sum())]
    folder.mkdir()
    record = panel(folder, counts, [int(n) for n in fields * 150_000])
    rows = {row["id"]: row["quadrant"] for row in strengths(record, "DK", "KR", counting="full").records()}
    called = {int(name.split()[1]) for name, value in rows.items() if value == JOINT}
    wrong = {int(n) for n in np.flatnonzero(multiplier.min(axis=0) <= 1)}
    return 5 in called, len(called & wrong), len(wrong)


def test_planted_strengths_are_found_and_luck_is_not(tmp_path: Path) -> None:
    """Over 12 seeds: at least 10 planted fields found, at most 5 % of the fields with a true index up to 1 called."""
    found, false, all_ = np.sum([calls(seed, tmp_path / str(seed)) for seed in range(12)], axis=0)
    assert found >= 10
    assert false <= 0.05 * all_


def called_in(folder: Path, seed: int, works: int) -> tuple[bool, int, int, int]:
    """The command's own function on a drawn record: (found, false calls, fields that must not be called, called)."""
    record, multipliers = made_record(folder, seed, works)
    build_cubes(record)
    rows = strengths(record, HOME, PARTNER).records()
    called = {int(row["id"]) for row in rows if row["quadrant"] in (WELL_USED, UNDER_USED)}
    wrong = {int(field) for field in FIELDS[multipliers[:2].min(axis=0) <= 1]}
    shutil.rmtree(folder)
    return PLANTED in called, len(called & wrong), len(wrong), len(called)


def test_works_with_a_planted_strength_show_it(tmp_path: Path) -> None:
    found, false, all_, _ = np.sum([called_in(tmp_path / str(seed), seed, 60_000) for seed in range(3)], axis=0)
    assert found >= 2
    assert false <= 0.05 * all_


@pytest.mark.prove
def test_works_with_a_planted_strength_show_it_in_full(tmp_path: Path) -> None:
    """20 seeds of 150,000 works; the rates go to docs/strengths_proof.md."""
    seeds = range(1, 21)
    each = [called_in(tmp_path / str(seed), seed, 150_000) for seed in seeds]
    lines = [
        "# Planted strengths",
        "",
        "Written by `make prove`: on 20 drawn records of 150,000 works, in which Denmark and Korea are planted strong",
        "in field 21 (multipliers 2.5 and 1.9; all others exp(N(0, 0.35))), what `udsyn evidence strengths` calls a",
        "joint strength. A false call is a field in which either true multiplier is at most 1.",
        "",
        "| seed | field 21 found | called | false calls | fields that must not be called |",
        "|---:|---|---:|---:|---:|",
    ]
    lines += [
        f"| {seed} | {'yes' if found else 'no'} | {called} | {false} | {wrong} |"
        for seed, (found, false, wrong, called) in zip(seeds, each, strict=True)
    ]
    found, false, wrong, _ = np.sum(each, axis=0)
    lines += ["", f"Found in {found} of 20; {false} of {wrong} fields wrongly called ({false / wrong:.1%})."]
    (DOCS / "strengths_proof.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert found >= 18
    assert false <= 0.05 * wrong


@pytest.mark.parametrize("level", ["field", "subfield", "topic"])
def test_every_level_names_quadrants_and_their_sensitivity(counted: Path, level: str) -> None:
    rows = strengths(counted, "DK", "KR", level=level).records()
    held = profile(counted, "DK", level=level).rows
    assert {row["id"] for row in rows} == set(held["id"].to_list()), "small ones are listed too"
    assert {row["quadrant"] for row in rows} <= set(QUADRANTS)
    moved = strengths(
        counted, "DK", "KR", level=level, weights={"specialisation": 0, "impact": 0, "growth": 1}
    ).records()
    assert [row["id"] for row in moved] != [row["id"] for row in rows]
    for row in rows:
        assert row["rank_best"] <= row["rank"] <= row["rank_worst"]
        assert (row["quadrant"] == TOO_FEW) == (min(row["home_works"], row["partner_works"]) < MIN_WORKS)
