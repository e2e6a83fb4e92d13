"""Who leads a work in a country: by hand, against a plain loop over the JSON, and where no teams were counted."""

import shutil
from collections import defaultdict
from pathlib import Path
from typing import Any

import duckdb

from udsyn.cubes.statements import compiled
from udsyn.evidence.profile import profile
from udsyn.evidence.strengths import strengths
from udsyn.record.engine import Record
from udsyn.record.tables import AUTHORSHIPS, TEAM_WORKS, WORK_COUNTRIES

#: work, seq, author, institution, country
WRITTEN = [
    *[(1, 1, 5, 70, "DK"), (1, 2, 9, 70, "DK"), (2, 1, 6, 70, "DK"), (2, 2, 9, 70, "DK"), (3, 1, 9, 70, "DK")],
    *[(4, 1, None, 70, "DK"), (4, 2, 7, 70, "DK")],  # a known author goes before an institution of more works
    (5, 1, None, 70, "DK"),
    (6, 1, None, None, "DK"),  # neither is known
    *[(7, 1, 9, 80, "KR"), (7, 2, 11, 70, "DK")],  # author 9 leads nothing in Denmark by a work in Korea
    *[(8, 1, 13, 90, "GL"), (8, 2, 12, 70, "DK"), (9, 1, 13, 90, "GL")],  # Greenland counted in Denmark
    *[(10, 1, 15, 70, "DK"), (10, 2, 14, 70, "DK")],  # the first-named of equals
]
COUNTRIES = {1: ["DK"], 2: ["DK"], 3: ["DK"], 4: ["DK"], 5: ["DK"], 6: ["DK"], 7: ["DK", "KR"], 8: ["DK"], 9: ["DK"]}


def test_the_lead_is_who_has_most_works_in_the_country() -> None:
    held = duckdb.connect()
    held.execute("CREATE TABLE authorships (work BIGINT, seq INT, author BIGINT, institution BIGINT, country VARCHAR)")
    held.executemany("INSERT INTO authorships VALUES (?, ?, ?, ?, ?)", WRITTEN)
    held.execute("CREATE TABLE country_merge AS SELECT 'GL' AS country, 'DK' AS into_country")
    held.execute("CREATE TABLE located (work BIGINT, country VARCHAR, units BIGINT)")
    placed = [(work, country) for work, countries in {**COUNTRIES, 10: ["DK"]}.items() for country in countries]
    held.executemany("INSERT INTO located VALUES (?, ?, 10)", [*placed, (6, None)])
    held.execute(
        "CREATE TABLE scoped_works AS SELECT DISTINCT 's' AS source, work, 2020 AS year, 'article' AS type, "
        "0 AS topic, 0 AS subfield, 0 AS field, 0 AS domain, 1 AS citations, 1 AS countries FROM located"
    )
    held.execute("CREATE TABLE joint_works AS SELECT 's' AS source, work, country FROM located WHERE work = 7")
    rows = held.sql(compiled("team_works", "duckdb", {})).pl().rows_by_key(("country", "work"), named=True, unique=True)
    found = {key: row["team"] for key, row in rows.items()}
    expected = {1: 9, 2: 9, 3: 9, 4: 7, 5: -70, 6: -6, 7: 11, 8: 13, 9: 13, 10: 15}
    assert found == {**{("DK", work): team for work, team in expected.items()}, ("KR", 7): 9}
    assert {rows[key]["partners"] for key in rows if key[1] == 7} == {"DK KR"}
    assert {rows[key]["partners"] for key in rows if key[1] != 7} == {None}


def test_leads_equal_a_plain_loop(counted: Path, works: list[dict[str, Any]]) -> None:
    """Every work of a country is held once, with an author there who has most works of all its authors there."""
    held = Record.open(counted).cube(TEAM_WORKS)
    own = held.filter(held["country"] == "DK")
    assert own.height == own["work"].n_unique() > 50
    counts = {f"https://openalex.org/W{work}" for work in own["work"]}
    output: dict[str, set[str]] = defaultdict(set)
    there: dict[str, set[str]] = defaultdict(set)
    partners: dict[str, set[str]] = defaultdict(set)
    for work in works:
        for one in work["authorships"] if work["id"] in counts else ():
            places = {place.get("country_code") for place in one["institutions"]} | set(one.get("countries", []))
            partners[work["id"]] |= places - {None}
            author = (one.get("author") or {}).get("id")
            if author and "DK" in places:
                output[author].add(work["id"])
                there[work["id"]].add(author)
    led = 0
    for work, team, joint in own.select("work", "team", "partners").iter_rows():
        address = f"https://openalex.org/W{work}"
        assert set((joint or "DK").split()) == partners[address], work
        if there[address]:
            led += 1
            most = max(len(output[author]) for author in there[address])
            firsts = {author for author in there[address] if len(output[author]) == most}
            assert f"https://openalex.org/A{team}" in firsts, work
    assert led > 30


def test_cubes_counted_without_teams_say_so(counted: Path, tmp_path: Path) -> None:
    record = shutil.copytree(counted, tmp_path / "record")
    (record / "cubes" / "team_works.parquet").unlink()
    for found in (profile(record, "DK"), strengths(record, "DK", "KR")):
        said = [note for note in found.notes if "design effect of 2.5 is assumed" in note]
        assert "`udsyn cubes` counts them" in said[0]


def test_no_work_is_scanned_for_an_interval(counted: Path, tmp_path: Path) -> None:
    """The tables of works may be anywhere, or gone: a profile reads what was counted."""
    record = shutil.copytree(counted, tmp_path / "record")
    whole = profile(record, "DK").rows
    files = [file for table in (AUTHORSHIPS, WORK_COUNTRIES) for file in Record.open(record).files(table)]
    assert files
    for file in files:
        file.write_bytes(b"not read")
    assert profile(record, "DK").rows.equals(whole)
