"""After parts were read: one version of every work, merged ids followed, institutions and topics composed.

Everything here depends on what the parts hold and not on when they came: an increment and a load from scratch give
the same record. A part that changes gets a new generation of its files; the commit that names them is written last.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

import duckdb

from udsyn.record import extent
from udsyn.record import parts as store
from udsyn.record.engine import Record, duck, sql_files, sql_text, view_sql
from udsyn.record.parts import COMPOSED, GATHERED, MERGED, Commit
from udsyn.record.reader import MACROS
from udsyn.record.sources.location import Location
from udsyn.record.sources.schema import ENTITIES
from udsyn.record.sources.source import Found, every
from udsyn.record.statements import statement
from udsyn.record.tables import TABLES

#: column of a table → the entity whose merged ids it follows
FOLLOWS = {(table.name, column): entity for table in TABLES.values() for column, entity in table.follows.items()}
#: A merged id may have been merged again; chains end after this many steps.
CHAIN = 20


def settle(record: Record) -> bool:
    """Bring the record into its final state; False when it is there already."""
    if record.manifest().get("settled") == state(record):
        return False
    with duck(memory_limit="500MB", temp_directory=str(record.path / ".spill")) as connection:
        connection.execute(MACROS)
        name_merged(connection, record)
        for entity in ENTITIES:
            one_version(connection, record, entity)
        compose(connection, record)
    shutil.rmtree(record.path / ".spill", ignore_errors=True)
    store.sweep(record.path)
    describe(record)
    record.write_manifest({**record.manifest(), "settled": state(record)})
    return True


def state(record: Record) -> str:
    """Stands for the committed parts and the merged ids."""
    held = [asdict(commit) for commit in store.commits(record.path)]
    merged = [[file.name, file.stat().st_size] for file in sorted((record.path / MERGED).glob("*.parquet"))]
    return hashlib.sha256(json.dumps([held, merged], sort_keys=True).encode()).hexdigest()[:16]


def keep_merged(record: Record, location: Location, found: Found) -> None:
    """Add a release's merged ids to those that the record knows."""
    for entity in sorted({entity for entity, _ in found.merged}):
        file = record.path / MERGED / f"{entity}.parquet"
        file.parent.mkdir(parents=True, exist_ok=True)
        with duck() as connection:
            connection.execute(MACROS)
            if location.remote:
                connection.register_filesystem(location.system)
            known = f"UNION SELECT id, into_id FROM read_parquet({sql_text(str(file))})" if file.is_file() else ""  # noqa: S608
            paths = [
                location.system.unstrip_protocol(csv.path) if location.remote else csv.path
                for at, csv in found.merged
                if at == entity
            ]
            rows = connection.sql(
                "SELECT short_id(id) AS id, short_id(merge_into_id) AS into_id FROM "  # noqa: S608
                f"read_csv($paths, all_varchar = true) WHERE short_id(id) IS NOT NULL {known} ORDER BY id, into_id",
                params={"paths": paths},
            ).to_arrow_table()
            connection.register("merged_rows", rows)
            beside = file.with_name(f".{file.name}.tmp")
            connection.execute(f"COPY merged_rows TO {sql_text(str(beside))} (FORMAT parquet)")
        beside.replace(file)


def name_merged(connection: duckdb.DuckDBPyConnection, record: Record) -> None:
    """Tables merged_works, merged_authors, ... (id, into_id): chains followed to their end."""
    for entity in ENTITIES:
        file = record.path / MERGED / f"{entity}.parquet"
        source = (
            f"read_parquet({sql_text(str(file))})" if file.is_file() else "(SELECT 1 AS id, 1 AS into_id WHERE false)"
        )
        connection.execute(
            f"CREATE TEMP TABLE merged_{entity} AS "  # noqa: S608
            f"WITH RECURSIVE steps(id, into_id, depth) AS (SELECT id, into_id, 1 FROM {source} UNION ALL "
            f"SELECT s.id, m.into_id, depth + 1 FROM steps s JOIN {source} m ON m.id = s.into_id "
            f"WHERE depth < {CHAIN}) SELECT id, arg_max(into_id, depth) AS into_id FROM steps GROUP BY id"
        )


def one_version(connection: duckdb.DuckDBPyConnection, record: Record, name: str) -> None:
    """Drop what is superseded or merged away of one entity, and point what remains at the ids that live."""
    entity = ENTITIES[name]
    commits = {commit.stem: commit for commit in store.commits(record.path) if commit.entity == name}
    if not commits or entity.key is None:
        return
    files = [record.path / "tables" / entity.table / f"{stem}.parquet" for stem in commits]
    present = [file for file in files if file.is_file()]
    if not present:
        return
    flattened = [source.name for source in every().values() if source.flattens] if name == "works" else []
    rank = f"source NOT IN ({', '.join(map(sql_text, flattened))})" if flattened else "true"
    connection.execute(
        "CREATE OR REPLACE TEMP VIEW held AS "  # noqa: S608
        f"SELECT {entity.key} AS object, {rank} AS own, updated, parse_filename(filename, true) AS stem "
        f"FROM read_parquet({sql_files(present)}, filename = true)"
    )
    connection.execute(f"CREATE OR REPLACE TEMP VIEW merged AS SELECT id FROM merged_{name}")  # noqa: S608
    connection.execute(statement("settle_dropped"), {"stems": list(commits)})
    losing = dict(connection.execute("SELECT stem, count(*) FROM dropped GROUP BY stem").fetchall())
    for stem in sorted(losing.keys() | pointing(connection, record, commits)):
        rewrite(connection, record, commits[stem], entity.key, losing.get(stem, 0))


def pointing(connection: duckdb.DuckDBPyConnection, record: Record, commits: Mapping[str, Commit]) -> set[str]:
    """Parts that name an id that was merged into another."""
    found: set[str] = set()
    for (table, column), entity in FOLLOWS.items():
        merged = connection.execute(f"SELECT count(*) FROM merged_{entity}").fetchall()[0][0]  # noqa: S608
        files = [
            record.path / "tables" / table / f"{stem}.parquet"
            for stem, commit in commits.items()
            if table in commit.rows
        ]
        present = [str(file) for file in files if file.is_file()]
        if merged and present:
            found |= {
                stem
                for (stem,) in connection.execute(
                    "SELECT DISTINCT parse_filename(filename, true) FROM read_parquet($files, filename = true) "  # noqa: S608
                    f"WHERE {column} IN (SELECT id FROM merged_{entity})",
                    {"files": present},
                ).fetchall()
            }
    return found


def rewrite(connection: duckdb.DuckDBPyConnection, record: Record, commit: Commit, key: str, superseded: int) -> None:
    """A new generation of a part's files, without the objects that were dropped and with merged ids followed."""
    rows = dict(commit.rows)
    new = replace(commit, generation=commit.generation + 1, superseded=commit.superseded + superseded, rows=rows)
    for table in commit.rows:
        old = record.path / "tables" / table / f"{commit.stem}.parquet"
        if table not in TABLES or not old.is_file():
            continue
        file = old.with_name(f"{new.stem}.parquet")
        beside = file.with_name(f".{file.name}.tmp")
        follow = {column: entity for (name, column), entity in FOLLOWS.items() if name == table}
        columns = ", ".join(
            f"COALESCE((SELECT into_id FROM merged_{follow[name]} m WHERE m.id = t.{name}), t.{name}) AS {name}"  # noqa: S608
            if name in follow
            else f't."{name}"'
            for name in TABLES[table].columns
        )
        connection.execute(
            f"COPY (SELECT {columns} FROM read_parquet({sql_text(str(old))}, file_row_number = true) AS t "  # noqa: S608
            f"WHERE {key} NOT IN (SELECT object FROM dropped WHERE stem = {sql_text(commit.stem)}) "
            f"ORDER BY file_row_number) TO {sql_text(str(beside))} (FORMAT parquet, COMPRESSION zstd)"
        )
        beside.replace(file)
        count = connection.execute("SELECT count(*) FROM read_parquet($file)", {"file": str(file)}).fetchall()[0][0]
        rows[table] = count
    for old in [
        *(record.path / GATHERED / table / f"{commit.stem}.parquet" for table in commit.rows),
        record.path / store.QUARANTINE / f"{commit.entity}.{commit.stem}.jsonl",
    ]:
        link = old.with_name(old.name.replace(commit.stem, new.stem))
        if old.is_file():
            link.unlink(missing_ok=True)
            os.link(old, link)
    store.write_commit(record.path, new)


def compose(connection: duckdb.DuckDBPyConnection, record: Record) -> None:
    """Make the tables of institutions and topics from what was gathered: own objects first, then what works name."""
    registered = store.committed_files(record.path, "organisations")
    connection.execute(view_sql(TABLES["organisations"], registered).replace("CREATE VIEW", "CREATE TEMP VIEW"))
    for table in COMPOSED:
        own, named = gathered(record, table), gathered(record, f"{table}_of_works")
        file = record.path / "tables" / table / f"{table}.parquet"
        if not own and not named:
            file.unlink(missing_ok=True)
            continue
        connection.execute(f"CREATE TEMP VIEW own_{table} AS {union_of(table, own)}")
        connection.execute(f"CREATE TEMP VIEW named_{table} AS {union_of(table, named)}")
        beside = file.with_name(f".{file.name}.tmp")
        file.parent.mkdir(parents=True, exist_ok=True)
        connection.execute(
            f"COPY ({statement(f'compose_{table}')}) TO {sql_text(str(beside))} (FORMAT parquet, COMPRESSION zstd)"
        )
        beside.replace(file)


def gathered(record: Record, table: str) -> list[Path]:
    """The gathered files of committed parts, in the order of their parts."""
    holding = [commit for commit in store.commits(record.path) if table in commit.rows]
    files = [record.path / GATHERED / table / f"{commit.stem}.parquet" for commit in holding]
    return [file for file in files if file.is_file()]


def union_of(table: str, found: list[Path]) -> str:
    """The gathered rows of a table with the rank of the file that they come from."""
    columns = ", ".join(f'CAST(NULL AS {type_}) AS "{name}"' for name, type_ in TABLES[table].columns.items())
    nothing = f"SELECT {columns}, CAST(NULL AS VARCHAR[]) AS lineage, CAST(0 AS BIGINT) AS rank WHERE false"
    if not found:
        return nothing
    listed = sql_files(found)
    rows = f"SELECT *, CAST(file_index AS BIGINT) AS rank FROM read_parquet({listed}, union_by_name = true)"  # noqa: S608
    return f"{nothing} UNION ALL BY NAME {rows}"


def describe(record: Record) -> None:
    """Write down, per source of works, how many it has, the date that they stand at and the columns that it lacks."""
    with record.connect() as connection:
        columns = [column for column in TABLES["works"].columns if column not in ("work", "source", "authors")]
        counted = ", ".join(f'count("{column}") AS "{column}"' for column in columns)
        rows = connection.sql(
            f"SELECT source, count(*) AS works, CAST(max(updated) AS VARCHAR) AS latest, {counted} "  # noqa: S608
            "FROM works GROUP BY source ORDER BY source"
        ).to_arrow_table()
    about = {
        row["source"]: {
            "works": row["works"],
            "snapshot": row["latest"],
            "lacks": [column for column in columns if not row[column]],
        }
        for row in rows.to_pylist()
    }
    manifest = record.manifest()
    for name, held in about.items():
        held |= extent.kept(manifest["sources"].get(name, {}))
    gone = {name for name, held in manifest["sources"].items() if "lacks" in held} - about.keys()
    kept = {name: held for name, held in manifest["sources"].items() if name not in gone}
    record.write_manifest({**manifest, "sources": kept | about})
