"""Authors, venues, funders, awards and the levels above topics, in both formats and layouts, kept up to date."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.record.snapshots import (
    OPENALEX,
    author,
    award,
    content,
    funder,
    institution,
    level,
    topic,
    venue,
    work,
    write,
)

from udsyn.errors import UdsynError
from udsyn.record import report
from udsyn.record.ingest import ingest_openalex
from udsyn.record.sources import schema

OBJECTS: dict[str, list[dict[str, Any]]] = {
    "works": [work(n) for n in range(1, 40)],
    "authors": [author(n) for n in range(1, 30)],
    "institutions": [institution(n) for n in range(1, 12)],
    "sources": [venue(n) for n in range(1, 9)],
    "topics": [topic(n) for n in range(1, 20)],
    "subfields": [level("subfields", n) for n in range(1100, 1107)],
    "fields": [level("fields", 11)],
    "domains": [level("domains", 1)],
    "funders": [funder(n) for n in range(1, 6)],
    "awards": [award(n) for n in range(1, 20)],
}
#: entity → its table, where the name differs
ROWS = {"sources": "venues"}


def legacy(root: Path, entity: str, updated: str) -> Path:
    return write(root / f"legacy-data/{entity}/updated_date={updated}/part_000.gz", OBJECTS[entity])


def jsonl(root: Path, entity: str, updated: str) -> Path:
    return write(root / f"data/jsonl/{entity}/updated_date={updated}/part_0000.gz", OBJECTS[entity])


def parquet(root: Path, entity: str, updated: str) -> Path:
    """The documented fields with their types, dates as dates and counts as long integers."""
    lines = write(root / f"lines/{entity}.ndjson.txt", OBJECTS[entity])
    columns = schema.columns(entity, ("institutions", "topics"))
    columns |= {name: "BIGINT" for name in columns if name.endswith("_count")} | {"updated_date": "TIMESTAMP"}
    listed = ", ".join(f"{name}: '{type_}'" for name, type_ in columns.items())
    file = root / f"data/parquet/{entity}/updated_date={updated}/part_0000.parquet"
    file.parent.mkdir(parents=True)
    duckdb.sql(
        f"COPY (SELECT * FROM read_json('{lines}', columns = {{{listed}}}, format = 'newline_delimited')) "
        f"TO '{file}' (COMPRESSION snappy)"
    )
    return file


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[Any, ...]]]:
    root = tmp_path_factory.mktemp("entities")
    for entity in OBJECTS:
        jsonl(root, entity, "2026-01-01")
    ingest_openalex(root, root / "record")
    return content(root / "record")


def test_every_object_has_its_row_and_every_field_its_column(expected: dict[str, list[tuple[Any, ...]]]) -> None:
    for entity, objects in OBJECTS.items():
        assert len(expected[ROWS.get(entity, entity)]) >= len(objects), entity
    assert expected["authors"][4][:8] == (5, "Author 5", "https://orcid.org/0000-0000-0000-0005", 6, "KR", 5, 15, 5)
    assert [row for row in expected["author_affiliations"] if row[0] == 5] == [
        (5, 6, "KR", 2018, 2020),
        (5, 7, "SE", 2016, 2016),
    ]
    assert expected["venues"][1][:8] == (2, "Journal 2", "1234-0002", "journal", "Publisher", "DK", True, False)
    assert expected["funders"][0][:4] == (1, "Foundation 1", "https://ror.org/0f0000001", "DK")
    number, name, own, payer, *_, amount, currency, start, _, _ = expected["awards"][2]
    assert (number, name, own, payer) == (3, "Grant 3", "9041-00003B", 4)
    assert (amount, currency, str(start)) == (3001.5, "DKK", "2020-01-01")
    assert expected["award_works"][:2] == [(1, 1), (1, 2)]
    assert expected["subfields"][0][:4] == (1100, "subfields 1100", 11, 1)
    assert expected["domains"][0][:2] == (1, "domains 1")


@pytest.mark.parametrize("layout", [legacy, parquet], ids=["the older layout", "Parquet"])
def test_every_layout_and_format_gives_the_same_tables(
    tmp_path: Path, layout: Callable[..., Path], expected: dict[str, list[tuple[Any, ...]]]
) -> None:
    for entity in OBJECTS:
        layout(tmp_path / "s", entity, "2026-01-01")
    result = ingest_openalex(tmp_path / "s", tmp_path / "record")
    assert (result["authors"], result["awards"], result["quarantined"]) == (29, 19, 0)
    assert content(tmp_path / "record") == expected


@pytest.mark.parametrize("entity", OBJECTS)
def test_an_object_of_another_kind_is_set_aside(tmp_path: Path, entity: str) -> None:
    other = {**OBJECTS[entity][0], "id": f"{OPENALEX}P7"}
    file = write(tmp_path / f"data/{entity}/updated_date=2026-01-01/part_000.gz", [*OBJECTS[entity], other])
    assert ingest_openalex(file, tmp_path / "record")["quarantined"] == 1
    (aside,) = [row for row in report.status(tmp_path / "record") if row.get("line")]
    assert (aside["line"], aside["reason"]) == (len(OBJECTS[entity]) + 1, f"no id of {entity} but '{OPENALEX}P7'")


@pytest.mark.parametrize("entity", [name for name in OBJECTS if name != "works"])
def test_a_parquet_file_that_lacks_a_field_is_refused_naming_it(tmp_path: Path, entity: str) -> None:
    whole = parquet(tmp_path / "s", entity, "2026-01-01")
    cut = whole.with_name("part_0001.parquet")
    duckdb.sql(f"COPY (SELECT * EXCLUDE (display_name) FROM '{whole}') TO '{cut}'")
    with pytest.raises(UdsynError, match="has no column display_name"):
        ingest_openalex(tmp_path / "s", tmp_path / "record")
    assert len(content(tmp_path / "record")[ROWS.get(entity, entity)]) == len(OBJECTS[entity])


def test_an_increment_of_every_entity_gives_the_record_of_its_final_state(tmp_path: Path) -> None:
    """What moved stands once, in its newest version; what was merged is gone, and what named it follows."""
    old, new = tmp_path / "old", tmp_path / "new"
    changed = {
        "authors": [author(n, "2026-02-01", display_name=f"Renamed {n}") for n in (3, 7)],
        "sources": [venue(2, "2026-02-01", display_name="Renamed")],
        "subfields": [level("subfields", 1101, "2026-02-01") | {"display_name": "Renamed"}],
        "funders": [funder(4, "2026-02-01", display_name="Renamed")],
        "awards": [award(5, "2026-02-01", amount=1.0)],
        "institutions": [institution(3) | {"display_name": "Renamed"}],
    }
    merged = {"authors": "A8,A9", "funders": "F2,F3", "institutions": "I5,I6", "sources": "S7,S8", "works": "W11,W12"}
    for entity, objects in OBJECTS.items():
        gone = {item["id"] for item in changed.get(entity, [])}
        gone |= {OPENALEX + pair.split(",")[0] for name, pair in merged.items() if name == entity}
        write(old / f"data/jsonl/{entity}/updated_date=2026-01-01/part_0000.gz", objects)
        write(
            new / f"data/jsonl/{entity}/updated_date=2026-01-01/part_0000.gz",
            [item for item in objects if item["id"] not in gone],
        )
    for entity, items in changed.items():
        write(new / f"data/jsonl/{entity}/updated_date=2026-02-01/part_0000.gz", items)
    for entity, pair in merged.items():
        csv = new / f"legacy-data/merged_ids/{entity}/2026-02-01.csv.gz"
        csv.parent.mkdir(parents=True)
        csv.write_bytes(gzip.compress(f"merge_date,id,merge_into_id\n2026-02-01,{pair}\n".encode()))
    extras = ["funders", "venues"]
    ingest_openalex(new, tmp_path / "scratch", extras=extras)
    ingest_openalex(old, tmp_path / "grown", extras=extras)
    ingest_openalex(new, tmp_path / "grown", extras=extras)
    held = content(tmp_path / "grown")
    assert held == content(tmp_path / "scratch")
    assert {row[1] for row in held["authors"] if row[0] in (3, 7)} == {"Renamed 3", "Renamed 7"}
    assert 8 not in {row[0] for row in held["authors"]} | {row[0] for row in held["author_affiliations"]}
    assert 5 not in {row[1] for row in held["author_affiliations"]} | {row[3] for row in held["authors"]}
    assert 2 not in {row[3] for row in held["awards"]} | {row[0] for row in held["funders"]}
    assert 11 not in {row[1] for row in held["award_works"]}

    # The new partitions alone bring the old record to the same state.
    ingest_openalex(old, tmp_path / "piece", extras=extras)
    for entity in OBJECTS:
        (new / f"data/jsonl/{entity}/updated_date=2026-01-01/part_0000.gz").unlink()
    ingest_openalex(new, tmp_path / "piece", extras=extras)
    assert content(tmp_path / "piece") == held


def test_manifests_of_both_layouts_are_held_against_every_entity(tmp_path: Path) -> None:
    """One manifest for all entities of a format (2026), or one per entity (the older layout)."""
    for entity in OBJECTS:
        jsonl(tmp_path / "new", entity, "2026-01-01")
        legacy(tmp_path / "old", entity, "2026-01-01")
        old = [{"url": f"s3://openalex/data/{entity}/updated_date=2026-01-02/part_000.gz", "meta": {}}]
        write(tmp_path / f"old/legacy-data/{entity}/manifest", [{"entries": old}])
    listed = {
        entity: {"entries": [{"url": f"s3://openalex/data/jsonl/{entity}/updated_date=2026-01-02/part_0000.gz"}]}
        for entity in OBJECTS
    }
    write(tmp_path / "new/data/jsonl/manifest.json", [{"entities": listed}])
    for root in ("new", "old"):
        result = ingest_openalex(tmp_path / root, tmp_path / root / "record")
        assert (result["missing"], result["extra"]) == (len(OBJECTS), len(OBJECTS))


def test_a_record_can_hold_some_entities_only(tmp_path: Path) -> None:
    for entity in OBJECTS:
        jsonl(tmp_path / "s", entity, "2026-01-01")
    result = ingest_openalex(tmp_path / "s", tmp_path / "record", only=["works", "funders"])
    assert (result["works"], result["funders"], result["authors"], result["parts"]) == (39, 5, 0, 2)


def test_status_shows_every_table_that_is_held(tmp_path: Path) -> None:
    for entity in OBJECTS:
        jsonl(tmp_path / "s", entity, "2026-01-01")
    ingest_openalex(tmp_path / "s", tmp_path / "record")
    shown = {row["name"]: row["value"] for row in report.status(tmp_path / "record") if row["what"] == "table"}
    assert (shown["authors"], shown["venues"], shown["awards"], shown["subfields"]) == (29, 8, 19, 7)


def test_authorships_follow_the_merged_ids_of_authors(tmp_path: Path) -> None:
    """A8 became A9, which became A10: a release that says so moves the works of both, and nobody else's."""
    write(tmp_path / "s/data/jsonl/works/updated_date=2026-01-01/part_0000.gz", [work(n) for n in range(1, 40)])
    record = tmp_path / "record"
    ingest_openalex(tmp_path / "s", record)
    before = {row[:2]: row[2] for row in authors_of(record)}
    csv = tmp_path / "s/data/merged_ids/authors/2026-02-01.csv.gz"
    csv.parent.mkdir(parents=True)
    gone = sorted({author for author in before.values() if author})[:2]
    pairs = f"2026-02-01,A{gone[0]},A{gone[1]}\n2026-02-01,A{gone[1]},A999\n"
    csv.write_bytes(gzip.compress(f"merge_date,id,merge_into_id\n{pairs}".encode()))
    ingest_openalex(tmp_path / "s", record)
    after = {row[:2]: row[2] for row in authors_of(record)}
    assert after == {place: 999 if author in gone else author for place, author in before.items()}
    assert 999 in after.values()


def authors_of(record: Path) -> list[tuple[int, int, int | None]]:
    """Work, place in its list of authors, author: read from the stored files themselves."""
    files = str(record / "tables/authorships/*.parquet")
    return duckdb.sql(f"SELECT DISTINCT work, seq, author FROM '{files}'").fetchall()
