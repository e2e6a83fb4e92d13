"""The agreement's named fields against the others: planted in generated panels, and from works to the command."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner
from tests.openalex_world import joint_work, topic_object, write_lines

from udsyn import facts
from udsyn.cli import udsyn
from udsyn.cubes.build import build_cubes
from udsyn.errors import UdsynError, UsageError
from udsyn.evidence.effect.estimators import ESTIMATORS
from udsyn.evidence.effect.fields import AGAINST, NAMED, OTHERS, effect_by_field
from udsyn.evidence.effect.findings import Settings, facts_agreements
from udsyn.evidence.effect.panel import Panel
from udsyn.evidence.effect.simulation import World, draw
from udsyn.evidence.effect.study import Agreement
from udsyn.record.ingest import ingest_openalex

FAST = Settings(placebos=60, countries=16)
WORLD = World(countries=16)
CODES = ("BR", "CA", "CN", "DE", "DK", "FI", "FR", "GB", "IN", "JP", "KR", "NL", "NO", "SE", "US", "ZA")


def by_field(seed: int, named: float, others: float) -> tuple[pl.DataFrame, str, str, int]:
    """Joint works in fields 21 (named) and 27 with effects in one pair; the shocks of two separate draws."""
    panels, pair = draw(seed, WORLD, (named,), 600, 20_000)
    rest = draw(seed + 10_000, WORLD, (0.0,), 600, 20_000)[0][0]
    mean = rest.counts[pair, WORLD.split :] * (1 + others)
    rest.counts[pair, WORLD.split :] = np.random.default_rng(seed).poisson(mean)
    frame = pl.concat([rows(panels[0], "21"), rows(rest, "27")])
    first, second = CODES[rest.first[pair]], CODES[rest.second[pair]]
    return frame, first, second, WORLD.first_year + WORLD.split


def rows(panel: Panel, member: str) -> pl.DataFrame:
    found = [
        (CODES[i], CODES[j], member, int(year), float(count))
        for i, j, counts in zip(panel.first, panel.second, panel.counts, strict=True)
        for year, count in zip(panel.years, counts, strict=True)
    ]
    return pl.DataFrame(found, schema=["c1", "c2", "member", "year", "works"], orient="row")


def ask(seed: int, named: float, others: float) -> pl.DataFrame:
    frame, home, partner, year = by_field(seed, named, others)
    return effect_by_field(frame, home, partner, year, fields=["21"], known=(), settings=FAST).rows


def operating(seeds: range, named: float, others: float) -> tuple[float, float]:
    """Coverage of the ratio's interval, and how often it is called an effect, over all estimators."""
    truth = (1 + named) / (1 + others) - 1
    found = pl.concat([ask(seed, named, others) for seed in seeds]).filter(pl.col("part") == AGAINST)
    silent = found.filter(pl.col("effect").is_null())  # a drawn year without works: what takes logs must not speak
    assert all("takes logs of every year" in verdict for verdict in silent["verdict"])
    assert silent.height <= 0.01 * found.height
    found = found.drop_nulls("effect")
    covered = found.select(((pl.col("low") <= truth) & (pl.col("high") >= truth)).mean()).item()
    called = found.select(((pl.col("low") > 0) | (pl.col("high") < 0)).mean()).item()
    return covered, called


def test_an_effect_in_the_named_fields_is_recovered_in_them_and_against_the_others() -> None:
    found = [ask(seed, 1.0, 0.0) for seed in range(8)]
    for part, truth in ((NAMED, 1.0), (AGAINST, 1.0), (OTHERS, 0.0)):
        mine = pl.concat(found).filter(pl.col("part") == part)
        assert mine["estimator"].to_list() == list(ESTIMATORS) * 8
        assert mine.select(((pl.col("low") <= truth) & (pl.col("high") >= truth)).mean()).item() > 0.8


def test_an_effect_in_all_fields_alike_is_none_of_the_named_ones() -> None:
    covered, called = operating(range(12), 0.6, 0.6)
    assert covered >= 0.85
    assert called <= 0.15


@pytest.mark.prove
@pytest.mark.parametrize(("named", "others"), [(0.0, 0.0), (0.5, 0.0), (0.5, 0.5)])
def test_two_hundred_draws_cover(named: float, others: float) -> None:
    covered, called = operating(range(200), named, others)
    print(f"\nnamed {named:+.0%}, others {others:+.0%}: coverage {covered:.1%}, called an effect {called:.1%}")
    assert 0.915 <= covered <= 0.985
    if named == others:
        assert called <= 0.05 + 1.96 * (0.05 * 0.95 / 200) ** 0.5


def test_the_facts_name_the_fields_and_every_word_has_a_reading() -> None:
    for agreement in facts.agreements(home="DK"):
        for one in agreement.named:
            assert all(11 <= number <= 36 for number in facts.field_numbers(one.field)), one.field
    with pytest.raises(UdsynError, match="alchemy"):
        facts.field_numbers("alchemy")
    frame, *_ = by_field(3, 0.5, 0.0)
    found = effect_by_field(frame, "DK", "KR", settings=FAST)
    assert set(found.rows["fields"]) == {"21, 23"}  # of the memorandum; hydrogen and quantum technology are of 2023
    assert any("15, 31 are named later" in note for note in found.notes)
    with pytest.raises(UsageError, match="names no field that is known to be of that year"):
        effect_by_field(frame, "DK", "JP", 2012, known=(), settings=FAST)
    with pytest.raises(UsageError, match="DK-CN 2007 names no field"):
        effect_by_field(frame, "DK", "CN", settings=FAST)


def test_fields_named_later_count_in_neither_part() -> None:
    """Field 15 is named for Korea in 2023: whatever it does, no figure of 2012 changes."""
    frame, *_ = by_field(3, 0.5, 0.0)
    later = frame.filter(pl.col("member") == "27").with_columns(member=pl.lit("15"), works=pl.col("works") * 9)
    one, both = (effect_by_field(rows, "DK", "KR", settings=FAST).rows for rows in (frame, pl.concat([frame, later])))
    named = pl.col("part") == NAMED
    assert one.filter(named)["works_after"].to_list() == both.filter(named)["works_after"].to_list()
    assert one.filter(~named)["works_after"].to_list() == both.filter(~named)["works_after"].to_list()


def test_too_little_is_refused_and_agreements_are_pooled() -> None:
    frame, *_ = by_field(3, 0.5, 0.0)
    known = (Agreement("DK", "KR", 2010), Agreement("DK", "US", 2012))
    together = effect_by_field(frame, "DK", fields=["21"], known=known, settings=FAST).rows
    assert together.filter(pl.col("partner") == "all")["part"].unique(maintain_order=True).to_list() == [
        NAMED,
        OTHERS,
        AGAINST,
    ]
    nothing = effect_by_field(frame, "DK", "KR", 2012, fields=["36"], known=(), settings=FAST).rows
    assert nothing["effect"].null_count() == len(ESTIMATORS)
    assert "No answer: named fields" in nothing["verdict"][0]
    assert facts_agreements("DK")


def test_from_works_through_cubes_to_the_command(tmp_path: Path) -> None:
    """An effect planted in one field of one pair's works is found in it by the command, and not in the other."""
    random = np.random.default_rng(12)
    codes = CODES[:9]
    topics = {"21": topic_object(10_001, 2100, 21, 3), "27": topic_object(10_002, 2700, 27, 4)}
    lines: list[bytes] = []
    for i, j in zip(*np.triu_indices(len(codes), 1), strict=True):
        level = 24 * np.exp(random.normal(0, 0.3))
        for year in range(2006, 2020):
            for field, topic in topics.items():
                lifted = 2.2 if (codes[i], codes[j], field) == ("DK", "IN", "21") and year >= 2013 else 1.0
                for _ in range(random.poisson(level * lifted * np.exp(random.normal(0, 0.1)))):
                    number = 2 * len(lines) + 1
                    members = [(number, i + 1, codes[i]), (number + 1, j + 1, codes[j])]
                    lines.append(joint_work(number, year, topic, members))
    write_lines(tmp_path, lines)
    ingest_openalex(tmp_path, tmp_path / "record")
    build_cubes(tmp_path / "record")
    words = ["evidence", "effect", "--home", "DK", "--partner", "IN", "--from", "2013", "--by", "field"]
    words += ["--fields", "21", "--countries", "9", "--record", str(tmp_path / "record"), "--format", "json"]
    first, second = (CliRunner().invoke(udsyn, words) for _ in range(2))
    assert first.exit_code == 0, first.output
    assert first.stdout == second.stdout
    for row in json.loads(first.stdout):
        truth = 0.0 if row["part"] == OTHERS else 1.2
        assert row["low"] <= truth <= row["high"], row
        assert (row["low"] > 0) == (row["part"] != OTHERS), row
    refused = CliRunner().invoke(udsyn, ["evidence", "effect", "--fields", "21", "--record", str(tmp_path / "record")])
    assert refused.exit_code != 0
    assert "--by field" in str(refused.exception)
