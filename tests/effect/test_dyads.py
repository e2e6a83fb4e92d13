"""Funded dyads against matched unfunded ones."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner
from tests.openalex_world import joint_work, topic_object, write_lines

from udsyn.cli import udsyn
from udsyn.errors import UsageError
from udsyn.evidence.effect.dyads import matched_effect
from udsyn.evidence.effect.grants import read_grants
from udsyn.record.ingest import ingest_openalex


def dyads(planted: float, seed: int, funded: int = 60, others: int = 900) -> pl.DataFrame:
    """Funding goes to dyads with stronger ties; joint works after depend on ties, size, luck and funding."""
    random = np.random.default_rng(seed)
    number = funded + others
    group = random.integers(0, 3, number)
    strength = random.normal(0.4, 0.8, number)
    size = random.poisson(np.exp(4 + 0.4 * strength))
    prior = random.poisson(np.exp(strength + 0.5))
    chance = np.exp(0.3 * np.log1p(prior))
    picked = np.zeros(number, dtype=bool)
    picked[random.choice(number, funded, replace=False, p=chance / chance.sum())] = True
    luck = random.gamma(2.0, 0.5, number)
    mean = (1 + prior) ** 0.8 * 1.2**group * luck * np.where(picked, 1 + planted, 1.0)
    return pl.DataFrame(
        {
            "dyad": [f"D{n:04d}" for n in range(number)],
            "group": group.tolist(),
            "prior": prior.tolist(),
            "size": size.tolist(),
            "after": random.poisson(mean).tolist(),
            "funded": picked.tolist(),
        }
    )


@pytest.mark.parametrize("planted", [0.0, 0.5])
def test_recovers_what_was_planted_although_the_strong_are_funded(planted: float) -> None:
    found = [matched_effect(dyads(planted, seed)) for seed in range(60)]
    assert abs(np.mean([one.effect for one in found]) - planted) < 0.06
    assert 0.86 <= np.mean([one.low <= planted <= one.high for one in found]) <= 1.0
    assert max(abs(one.balance[0].difference_after) for one in found) < 0.15


def test_a_plain_comparison_would_be_wrong() -> None:
    frame = dyads(0.0, 1)
    plain = frame.group_by("funded").agg(pl.col("after").mean()).sort("funded")["after"]
    assert plain[1] / plain[0] > 1.1


def test_order_does_not_matter_and_too_few_are_refused() -> None:
    frame = dyads(0.5, 3)
    assert matched_effect(frame) == matched_effect(frame.sample(fraction=1, shuffle=True, seed=2))
    with pytest.raises(UsageError, match="10 are needed"):
        matched_effect(frame.filter(~pl.col("funded") | (pl.col("dyad") < "D0050")))


@pytest.mark.prove
@pytest.mark.parametrize("planted", [0.0, 0.25, 1.0])
def test_four_hundred_sets_of_grants_cover(planted: float) -> None:
    found = [matched_effect(dyads(planted, seed)) for seed in range(400)]
    covered = np.mean([one.low <= planted <= one.high for one in found])
    called = np.mean([one.low > 0 or one.high < 0 for one in found])
    bias = 100 * (np.mean([one.effect for one in found]) - planted)
    print(f"\nplanted {planted:+.0%}: bias {bias:+.1f} points, coverage {covered:.1%}, called an effect {called:.1%}")
    assert 0.925 <= covered <= 0.975
    assert abs(bias) < 3


PLACES = {"DK": range(1, 31), "KR": range(31, 61)}
START = 2014


def granted_works(seed: int, planted: float) -> tuple[list[bytes], list[tuple[int, int]]]:
    """Works of 30 institutions in each of two countries, and the pairs funded from START on: mostly those with many
    joint works before. Funding multiplies joint works by 1 + planted."""
    random = np.random.default_rng(seed)
    topics = [topic_object(10_001, 2100, 21, 3), topic_object(10_002, 2700, 27, 4)]
    country = {place: code for code, held in PLACES.items() for place in held}
    size = {place: np.exp(random.normal(0, 0.5)) for place in country}
    tie = {(a, b): random.gamma(1.2, 0.5) * size[a] * size[b] for a in PLACES["DK"] for b in PLACES["KR"]}
    lines: list[bytes] = []

    def write(year: int, count: float, *places: int) -> int:
        for _ in range(works := random.poisson(count)):
            members = [(place * 10 + int(random.integers(3)), place, country[place]) for place in places]
            lines.append(joint_work(len(lines) + 1, year, topics[places[0] % 2], members))
        return int(works)

    for year in range(START - 5, START + 5):
        for place, big in size.items():
            write(year, 8 * big, place)
    prior = [sum(write(year, mean, *pair) for year in range(START - 5, START)) for pair, mean in tie.items()]
    weight = np.sqrt(1.0 + np.array(prior))
    chosen = random.choice(len(tie), 60, replace=False, p=weight / weight.sum())
    funded = sorted(list(tie)[number] for number in chosen)
    for year in range(START, START + 5):
        for pair, mean in tie.items():
            write(year, mean * (1 + planted if pair in funded else 1.0), *pair)
    return lines, funded


def granted_record(folder: Path, seed: int, planted: float) -> tuple[Path, Path]:
    lines, funded = granted_works(seed, planted)
    write_lines(folder, lines)
    ingest_openalex(folder, folder / "record")
    file = folder / "grants.csv"
    file.write_text("a,b,year\n" + "".join(f"I{a},I{b},{START}\n" for a, b in funded), encoding="utf-8")
    return folder / "record", file


def ask(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(udsyn, ["evidence", "grants", *words], standalone_mode=False)
    return (2, str(result.exception)) if result.exception is not None else (result.exit_code, result.stdout)


@pytest.mark.parametrize("planted", [0.0, 1.0])
def test_from_works_to_the_command(tmp_path: Path, planted: float) -> None:
    record, file = granted_record(tmp_path, 0, planted)
    words = (str(file), "--record", str(record), "--format", "json")
    status, text = ask(*words)
    assert status == 0, text
    assert ask(*words)[1] == text, "the same bytes again"
    (row,) = json.loads(text)
    assert row["low"] <= planted <= row["high"], row
    assert (row["low"] > 0) == (planted > 0), row
    assert row["funded"] + row["unmatched"] == 60
    assert "funded pairs wrote" in row["verdict"]
    before, after = json.loads(ask(*words, "--balance")[1])
    assert before["what"] == "prior joint works"
    assert before["difference_before"] > 0.3, "the strong are funded"
    assert abs(before["difference_after"]) < 0.15
    assert abs(after["difference_after"]) < 0.25
    people = tmp_path / "people.csv"
    people.write_text("a,b,year\n" + "".join(f"A{a}0,A{b}1,{START}\n" for a, b in granted_works(0, planted)[1]))
    status, text = ask(str(people), "--kind", "people", "--record", str(record), "--format", "json")
    assert status == 0, text
    assert json.loads(text)[0]["funded"] >= 10


def test_wrong_files_are_answered_with_the_line(tmp_path: Path) -> None:
    file = tmp_path / "grants.csv"
    for content, said in (
        ("x,y\n", "columns a, b, year"),
        ("a,b,year\n", "holds no pairs"),
        ("a,b,year\nI1,I2,2014\nI1,KR,2014\n", "line 3"),
        ("a,b,year\nI1,I1,2014\n", "paired with itself"),
        ("a,b,year\nI1,I2,soon\n", "line 2"),
    ):
        file.write_text(content, encoding="utf-8")
        with pytest.raises(UsageError, match=said):
            read_grants(file, "institutions")
    file.write_text("a,b,year\nI2,I1,2016\nhttps://openalex.org/I1,I2,2014\n", encoding="utf-8")
    assert read_grants(file, "institutions") == [(1, 2, 2014)], "the first grant of a pair counts"
