"""The generated world: the same seed gives the same bytes, nothing in it looks real, and what was planted is there."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import polars as pl
import pytest

from udsyn import demo, world
from udsyn.contacts import find_contacts
from udsyn.errors import UsageError
from udsyn.evidence.effect.instruments import instrument_effect
from udsyn.evidence.profile import profile
from udsyn.record.engine import Record
from udsyn.record.tables import AUTHORS, AUTHORSHIPS, COUNTRY_FIELD_YEAR, INSTITUTIONS, PAIR_YEAR, TOPICS, WORKS
from udsyn.world import stays
from udsyn.world.setting import Planted, places, topics
from udsyn.world.works import draw

SMALL = 4_000


def no_one(_: str) -> None:
    """Takes progress and says nothing."""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    out = tmp_path_factory.mktemp("world")
    return out, world.build(out, works=SMALL, seed=3)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The shipped demo: world, record and cubes."""
    out = tmp_path_factory.mktemp("demo")
    record = demo.make_record(out, None, no_one, works=world.DEFAULT_WORKS, seed=world.DEFAULT_SEED)
    return record, json.loads((out / "world/truth.json").read_bytes())


def objects(out: Path, entity: str) -> list[dict[str, Any]]:
    files = sorted((out / "data/jsonl" / entity).glob("*/*.gz"))
    return [orjson.loads(line) for file in files for line in gzip.open(file)]


def digest(out: Path) -> dict[str, str]:
    files = sorted(file for file in out.rglob("*") if file.is_file())
    return {str(file.relative_to(out)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def test_same_seed_same_bytes(small: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    world.build(tmp_path / "again", works=SMALL, seed=3)
    assert digest(tmp_path / "again") == digest(small[0])
    world.build(tmp_path / "other", works=SMALL, seed=4)
    assert digest(tmp_path / "other") != digest(small[0])


def test_works_have_the_shape_of_openalex(small: tuple[Path, dict[str, Any]]) -> None:
    works = objects(small[0], "works")
    assert len({work["id"] for work in works}) == SMALL
    manifest = json.loads((small[0] / "data/jsonl/works/manifest.json").read_bytes())
    assert manifest["meta"]["record_count"] == SMALL
    for work in works[:200]:
        assert work["authorships"][0]["author_position"] == "first"
        people = [authorship["author"]["id"] for authorship in work["authorships"]]
        assert len(people) == len(set(people))
        assert all(cited != work["id"] for cited in work["referenced_works"])
        if work["primary_topic"]:
            assert work["primary_topic"] == work["topics"][0]
    assert any(not authorship["countries"] for work in works for authorship in work["authorships"])
    assert any(work["primary_topic"] is None for work in works)


def test_everything_is_labelled_as_generated(small: tuple[Path, dict[str, Any]]) -> None:
    out, truth = small
    assert "generated world" in (out / "GENERATED.txt").read_text()
    assert truth["generated"] is True
    for institution in objects(out, "institutions"):
        assert institution["display_name"].endswith("(generated)")
    for work in objects(out, "works")[:300]:
        assert "/generated." in work["doi"]
        assert int(work["id"].rpartition("W")[2]) > 9_000_000_000
        for authorship in work["authorships"]:
            assert authorship["author"]["orcid"] is None


def test_topics_cover_the_26_fields_and_words_tell_topics_apart() -> None:
    assert len({topic.field for topic in topics()}) == 26
    assert len({topic.name for topic in topics()}) == len(topics())
    assert all(topic.subfield // 100 == topic.field and len(topic.terms) >= 7 for topic in topics())
    common = Counter(term for topic in topics() for term in topic.terms)
    assert max(common.values()) <= 2


def test_titles_are_made_of_the_topics_words(small: tuple[Path, dict[str, Any]]) -> None:
    terms = {f"https://openalex.org/T{topic.id}": topic.terms for topic in topics()}
    for work in objects(small[0], "works"):
        if work["primary_topic"]:
            held = [term for term in terms[work["primary_topic"]["id"]] if term in work["title"].lower()]
            assert len(held) >= 2, work["title"]


def test_planted_strengths_and_quality_show_in_the_draw() -> None:
    planted = Planted()
    drawn = draw(20_000, 11, planted)
    codes = list(places().codes)
    lead = np.zeros(20_000, dtype=int)
    lead[drawn.work[::-1]] = drawn.people.country[drawn.person[::-1]]
    field = np.array([topic.field for topic in topics()])[drawn.topic]
    for code, strengths in planted.strengths.items():
        own = lead == codes.index(code)
        for value, strength in strengths.items():
            index = (field[own] == value).mean() / (field == value).mean()
            assert index > 1 + (strength - 1) / 4, (code, value)
    danish = drawn.cited_by[lead == codes.index("DK")].mean() / drawn.cited_by.mean()
    assert danish > 1.15


def test_shipped_world_is_read_without_loss(whole: tuple[Path, dict[str, Any]]) -> None:
    record = Record.open(whole[0])
    with record.connect() as connection:
        counts = [connection.execute(f'SELECT count(*) FROM "{t}"').fetchall()[0][0] for t in (WORKS, TOPICS)]
        placed = connection.execute(f'SELECT count(*), count(lat) FROM "{INSTITUTIONS}"').fetchall()[0]
    assert counts == [world.DEFAULT_WORKS, len(topics())]
    assert placed[0] == placed[1] > 150
    assert record.manifest()["generated"] == {"seed": 7, "works": 40_000, "snapshot": "2026-01-15"}


@pytest.mark.parametrize("seed", [1, 4, 14, 19])
def test_agreement_has_its_joint_works_whatever_the_seed(seed: int) -> None:
    planted = Planted()
    drawn = draw(world.DEFAULT_WORKS, seed, planted)
    where = drawn.people.country[drawn.person]
    one, other = (np.unique(drawn.work[where == places().codes.index(code)]) for code in planted.agreement)
    after = drawn.year[np.intersect1d(one, other)] >= planted.agreement_from
    assert (~after).sum() >= 170
    assert after.sum() >= 800


def test_agreement_has_200_joint_works_on_each_side(whole: tuple[Path, dict[str, Any]]) -> None:
    record, truth = whole
    assert truth["agreement"]["works_before"] >= 200
    assert truth["agreement"]["works_after"] >= 200
    pairs = Record.open(record).cube(PAIR_YEAR, "openalex").filter((pl.col("c1") == "DK") & (pl.col("c2") == "KR"))
    before, after = (pairs.filter(side)["works"].sum() for side in (pl.col("year") < 2012, pl.col("year") >= 2012))
    # articles and reviews with a topic: 89 % of types, and some authors whose country is unknown
    assert 0.75 < (before + after) / (truth["agreement"]["works_before"] + truth["agreement"]["works_after"]) < 0.95


def test_profiles_find_the_planted_strengths(whole: tuple[Path, dict[str, Any]]) -> None:
    record, truth = whole
    for code in ("DK", "KR"):
        rows = profile(record, code, level="field").rows.sort("activity_index", descending=True)
        planted = {int(field) for field in truth["strengths"][code]}
        assert planted <= {int(value) for value in rows["id"].head(len(planted) + 1)}
    assert truth["both_strong"] == [21, 24]


def test_the_shipped_world_holds_its_planted_stays(whole: tuple[Path, dict[str, Any]]) -> None:
    """From files through the record: guests and hosts have their ORCID, and the ledger gives the planted effect."""
    record, truth = whole
    folder = record.parent / "world" / stays.FOLDER
    pairs = json.loads((folder / "truth.json").read_bytes())["pairs"]
    wrote = {int(pair[side][1:]) for pair in pairs for side in "ab" if pair["before"] or pair["works"]}
    held = pl.scan_parquet(Record.open(record).files(AUTHORS)).select("author", "orcid").drop_nulls().collect()
    assert set(held["author"]) == wrote
    assert truth["stays"]["kept"] == sum(pair["kept"] for pair in pairs)
    (row,) = instrument_effect(record, folder / "ledger.csv", "stays", placebos=0).rows
    assert row.low is not None
    assert row.high is not None
    assert 0 < row.low <= truth["stays"]["effect"] <= row.high


def test_rising_topics_rise(whole: tuple[Path, dict[str, Any]]) -> None:
    record, truth = whole
    cube = Record.open(record).cube(COUNTRY_FIELD_YEAR, "openalex").filter(pl.col("level") == "topic")
    rising = pl.col("member").cast(pl.Int64).is_in(truth["rising_topics"])
    early, late = pl.col("year").is_between(2015, 2019), pl.col("year") >= 2024
    share = [cube.filter(rising & part)["works"].sum() / cube.filter(part)["works"].sum() for part in (early, late)]
    assert share[1] > 2 * share[0]


def test_panel_holds_the_planted_effect(whole: tuple[Path, dict[str, Any]]) -> None:
    """The tie's growth over the agreement's year, against all other Danish ties, is about the planted factor."""
    record, truth = whole
    pairs = Record.open(record).cube(PAIR_YEAR, demo.GENERATED_PANEL)
    danish = pairs.filter((pl.col("c1") == "DK") | (pl.col("c2") == "DK"))
    korean = (pl.col("c1") == "KR") | (pl.col("c2") == "KR")
    sums = [
        danish.filter(who & when)["works"].sum()
        for who in (korean, ~korean)
        for when in (pl.col("year") < 2012, pl.col("year") >= 2012)
    ]
    ratio = (sums[1] / sums[0]) / (sums[3] / sums[2])
    assert truth["panel"]["effect"] == pytest.approx(0.4)
    assert 1.15 < ratio < 1.75


@pytest.mark.parametrize("asked", ["low-temperature electrolysis", "lavtemperatur-elektrolyse"])
def test_the_tour_names_people_of_electrolysis(whole: tuple[Path, dict[str, Any]], asked: str) -> None:
    """The README's own search: words on low temperature belong to district heating in this world."""
    topic = next(topic.name for topic in topics() if "Electrolysis" in topic.name)
    rows = find_contacts(whole[0], asked, "KR", "DK", limit=10)
    assert len(rows) == 10
    with Record.open(whole[0]).connect() as connection:
        for row in rows:
            of, works = connection.execute(
                f"SELECT count_if(t.name = ?), count(*) FROM {AUTHORSHIPS} AS a JOIN {WORKS} AS w USING (work) "
                f"LEFT JOIN {TOPICS} AS t USING (topic) WHERE a.author = ?",
                [topic, int(row["id"][1:])],
            ).fetchone()  # type: ignore[misc]
            assert of >= works / 2, row
        assert "electrolysis" in rows[0]["matching"][0]["words"]


def test_demo_replaces_its_own_record_and_no_other(tmp_path: Path) -> None:
    for _ in range(2):
        record = demo.make_record(tmp_path, None, no_one, works=2_000, seed=1)
    assert Record.open(record).manifest()["demo"] is True
    other = tmp_path / "mine"
    Record.create(other / "record")
    with pytest.raises(UsageError, match="no demo made it"):
        demo.make_record(other, None, no_one, works=2_000, seed=1)


def test_demo_reads_a_folder_of_files(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no known panels"):
        demo.make_record(tmp_path / "out", tmp_path, no_one, works=0, seed=0)
    panels = tmp_path / "panels"
    panels.mkdir()
    (panels / "openalex_country_pairs_test.csv").write_text("year,c1,c2,works\n2020,DK,KR,5\n2020,DK,DK,9\n")
    record = demo.make_record(tmp_path / "out2", tmp_path, no_one, works=0, seed=0)
    assert "generated" not in Record.open(record).manifest()
    assert Record.open(record).cube(PAIR_YEAR)["source"].to_list() == ["openalex-pairs"]


def test_the_brief_is_never_about_home() -> None:
    assert (demo.partner_of("DK"), demo.partner_of("NO"), demo.partner_of("KR")) == ("KR", "KR", "DK")


def test_demo_command_ends_with_a_brief(tmp_path: Path) -> None:
    code = "from udsyn.cli import main; main(['demo', '--out', 'out', '--works', '2000'])"
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("UDSYN_", "DJANGO_"))}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, env=ours)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "out/brief-KR.html\n"
    assert "Generated data" in (tmp_path / "out/brief-KR.html").read_text()
    assert "Traceback" not in done.stderr
    with sqlite3.connect(tmp_path / "out/desk/desk.sqlite3") as desk:
        assert desk.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] > 20


def test_the_invented_list_names_one_institution_and_only_seems_to_name_another(
    small: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    import datetime as dt

    from udsyn.evidence.safeguards import asking
    from udsyn.record.ingest import ingest_openalex
    from udsyn.record.lists.load import load

    out, truth = small
    ingest_openalex(out, tmp_path / "record", no_one)
    load(tmp_path / "record", out / world.LISTS, "eu-acts")
    rows = asking.screen(tmp_path / "record", dt.date(2026, 1, 1))
    said = {row["id"]: row["verdict"] for row in rows if row["verdict"] != "ask"}
    assert said == {truth["lists"]["listed"]: "is", truth["lists"]["namesake"]: "is_not"}


def test_the_invented_table_of_fields_is_read_and_its_fields_are_touched(
    small: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    import datetime as dt

    from udsyn.evidence.safeguards import fields
    from udsyn.record.lists.fields import load

    out, truth = small
    assert load(tmp_path / "record", out / world.FIELDS).quarantined == 0
    for title in truth["fields"]:
        rows = fields.check(tmp_path / "record", title, (), dt.date(2026, 1, 1))
        assert [row["title"] for row in rows] == [title]
