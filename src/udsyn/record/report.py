"""What a record holds and why: its status, the funnel of its scope, and the account of one work."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import orjson

from udsyn.errors import UsageError
from udsyn.facts.countries import WORLD
from udsyn.record import extent, ids
from udsyn.record import parts as store
from udsyn.record import scope as scoping
from udsyn.record.care import unlisted
from udsyn.record.engine import Record
from udsyn.record.settle import state
from udsyn.record.sources.documents import CUT_REASON
from udsyn.record.tables import CUBES, TABLES, UNITS

Row = dict[str, Any]


def status(record_path: Path | str, limit: int = 100) -> list[Row]:
    """One row per source, table, coverage figure, scope condition, and line or file that could not be read.

    Columns: what, name, value, note; file, line and reason for what was set aside (at most `limit` lines).
    """
    record = Record.open(record_path)
    manifest = record.manifest()
    held = store.commits(record.path)
    rows: list[Row] = []
    for name, about in sorted(manifest["sources"].items()):
        parts = [commit for commit in held if commit.source == name]
        dates = f"stands at {about['snapshot']}" if about.get("snapshot") else "does not say when it was taken"
        lacking = f"; has no {', '.join(about['lacks'])}" if about.get("lacks") else ""
        note = f"{dates}; {len(parts)} parts{lacking}" if parts else dates
        note = f"{about.get('extent', extent.SAMPLE)}; {note}"
        rows.append({"what": "source", "name": name, "value": about.get("works"), "note": note})
    with record.connect() as connection:
        for name, table in TABLES.items():
            if record.holds(table):
                count = connection.execute(f'SELECT count(*) FROM "{name}"').fetchall()[0][0]  # noqa: S608
                rows.append({"what": "table", "name": name, "value": count, "note": table.about})
        rows += coverage(connection, record)
        rows += dangling(connection, record)
        rows += panels(
            connection, [name for name, about in manifest["sources"].items() if about.get("kind") == "panel"]
        )
    skipped = scoping.not_applied(record.scope, record.sources())
    rows += [
        {"what": "not applied", "name": source, "note": f"no such column for: {', '.join(names)}"}
        for source, names in skipped.items()
    ]
    if record.slice:
        about = f"{', '.join(record.slice.countries)} kept in full; of other works what the world's counts need"
        rows.append({"what": "slice", "name": str(record.slice), "note": about})
    rows.append({"what": "scope", "name": record.scope.hash, "note": scoping.in_words(record.scope)})
    if manifest.get("corrections"):
        note = "countries corrected by the user; `udsyn record correct` lists them"
        rows.append({"what": "corrections", "name": manifest["corrections"], "note": note})
    if held and manifest.get("settled") != state(record):
        rows.append({"what": "unfinished", "name": "ingest", "note": "was stopped; run the same ingest again to go on"})
    for refused in manifest.get("refused", []):
        rows.append({"what": "refused", "name": Path(refused["file"]).name, **refused})
    aside = quarantine(record)
    rows.append({"what": "quarantine", "name": "lines", "value": len(aside), "note": "set aside, not counted"})
    cut = sum(row["reason"] == CUT_REASON for row in aside) + len(cut_off(record))
    rows.append(
        {"what": "quarantine", "name": "works with authors cut off", "value": cut, "note": "set aside, not counted"}
    )
    return rows + [{"what": "quarantine", "name": Path(row["file"]).name, **row} for row in aside[:limit]]


def cut_off(record: Record) -> list[str]:
    """Works that were fetched in lists which cut their authors off, and not fetched whole since."""
    return [
        work
        for file in record.path.glob("fetched/*/state.json")
        for work in orjson.loads(file.read_bytes()).get("cut", [])
    ]


def panels(connection: Any, sources: list[str]) -> list[Row]:
    """Per panel and cube: its rows, years and countries."""
    rows: list[Row] = []
    for source in sorted(sources):
        for name, cube in CUBES.items():
            places = " UNION ".join(
                f'SELECT "{column}" AS place FROM "{name}" WHERE source = $source'  # noqa: S608
                for column in ("country", "c1", "c2")
                if column in cube.columns
            )
            if not places or "year" not in cube.columns:
                continue
            cells, first, last, countries = connection.execute(
                f"SELECT count(*), min(year), max(year), (SELECT count(*) FROM ({places}) "  # noqa: S608
                f'WHERE place IS NOT NULL AND place <> $world) FROM "{name}" WHERE source = $source',
                {"source": source, "world": WORLD},
            ).fetchall()[0]
            if cells:
                note = f"{first}-{last}, {countries:,} countries; {cube.about.split(';')[0]}"
                rows.append({"what": "panel", "name": f"{source}: {name}", "value": cells, "note": note})
    return rows


def coverage(connection: Any, record: Record) -> list[Row]:
    """How many works have no known country or no topic, or a year that cannot be, per source."""
    possible = scoping.clauses(record.scope, record.sources())["possible"]
    found = connection.execute(
        "SELECT source, count(*), count(*) FILTER (WHERE countries = 0), count(*) FILTER (WHERE topic IS NULL), "  # noqa: S608
        f"count(*) FILTER (WHERE year IS NULL), count(*) FILTER (WHERE NOT {possible}), "
        f"min(year) FILTER (WHERE {possible}), max(year) FILTER (WHERE {possible}) "
        "FROM works GROUP BY source ORDER BY source"
    ).fetchall()
    rows: list[Row] = []
    for source, works, nowhere, untold, undated, impossible, first, last in found:
        rows += [
            {"what": "coverage", "name": f"{source}: years", "value": works, "note": f"{first}-{last}"},
            {
                "what": "coverage",
                "name": f"{source}: works of a year that cannot be",
                "value": impossible,
                "note": "before the first printed books, or after the source's own date; held, not counted",
            },
            {
                "what": "coverage",
                "name": f"{source}: works without a year",
                "value": undated,
                "note": "held, counted in no year",
            },
            {
                "what": "coverage",
                "name": f"{source}: works without a country",
                "value": nowhere,
                "note": f"{nowhere / works:.1%} of works; counted as unknown, never dropped",
            },
            {
                "what": "coverage",
                "name": f"{source}: works without a topic",
                "value": untold,
                "note": f"{untold / works:.1%} of works",
            },
        ]
    return rows


#: (table, column) → the table and column that it points to
LINKS = {
    ("authorships", "work"): ("works", "work"),
    ("authorships", "institution"): ("institutions", "institution"),
    ("works", "topic"): ("topics", "topic"),
    ("work_topics", "topic"): ("topics", "topic"),
    ("award_works", "work"): ("works", "work"),
    ("awards", "funder"): ("funders", "funder"),
    ("work_funders", "funder"): ("funders", "funder"),
}


def dangling(connection: Any, record: Record) -> list[Row]:
    """Per link between two tables that are both held: how many rows point to an id that is not. None is no row."""
    rows: list[Row] = []
    for (table, column), (target, key) in LINKS.items():
        if not (record.holds(TABLES[table]) and record.holds(TABLES[target])):
            continue
        count, ids_ = connection.execute(
            f'SELECT count(*), count(DISTINCT "{column}") FROM "{table}" '  # noqa: S608
            f'ANTI JOIN (SELECT "{key}" AS held FROM "{target}") ON held = "{column}" WHERE "{column}" IS NOT NULL'
        ).fetchall()[0]
        if count:
            note = f"{ids_:,} ids that {target} does not hold; counted, but without what {target} would say of them"
            rows.append({"what": "dangling", "name": f"{table}.{column}", "value": count, "note": note})
    return rows


def quarantine(record: Record) -> list[Row]:
    """Every line that was set aside: file, line, reason and the start of its text."""
    return [
        orjson.loads(line)
        for file in sorted((record.path / store.QUARANTINE).glob("*.jsonl"))
        for line in file.read_bytes().splitlines()
    ]


def funnel(record_path: Path | str) -> list[Row]:
    """Per source, how many works each condition of the scope dropped of those that the ones before it left."""
    record = Record.open(record_path)
    sources = record.sources()
    clauses = scoping.clauses(record.scope, sources)
    labels = {condition.name: condition.label for condition in scoping.CONDITIONS}
    skipped = scoping.not_applied(record.scope, sources)
    rows: list[Row] = []
    with record.connect() as connection:
        for (source,) in connection.execute("SELECT DISTINCT source FROM works ORDER BY source").fetchall():
            kept, left = ["source = $source"], None
            for name in ("held", *clauses):
                kept += [clauses[name]] if name in clauses else []
                counted = f"SELECT count(*) FROM works WHERE {' AND '.join(kept)}"  # noqa: S608
                works = connection.execute(counted, {"source": source}).fetchall()[0][0]
                rows.append(
                    {
                        "source": source,
                        "condition": name,
                        "keeps": labels.get(name, "every work held"),
                        "works": works,
                        "dropped": 0 if left is None else left - works,
                        "applied": name not in skipped.get(source, []),
                    }
                )
                left = works
    return rows


def explain(record_path: Path | str, work: str) -> list[Row]:
    """Why a work is in or out, and how its countries and their weights came about.

    `work` is an OpenAlex id (W2741809807, or its address). Columns: what, name, verdict, country, basis, share.
    """
    record = Record.open(record_path)
    number = ids.number(work, "work")
    with record.connect() as connection:
        found = connection.sql("SELECT * FROM works WHERE work = $work", params={"work": number}).to_arrow_table()
        if not found.num_rows:
            raise UsageError(f"W{number} is not in this record. `udsyn record status` says what is held.")
        about = found.to_pylist()[0]
        rows: list[Row] = [
            {"what": "work", "name": name, "verdict": None if value is None else str(value)}
            for name, value in about.items()
        ]
        sources = record.sources()
        skipped = scoping.not_applied(record.scope, sources).get(about["source"], [])
        inside = True
        for condition in scoping.CONDITIONS:
            sql = scoping.clauses(record.scope, sources).get(condition.name)
            if sql is None:
                continue
            passed = connection.execute(f"SELECT {sql} FROM works WHERE work = {number}").fetchall()[0][0]  # noqa: S608
            inside = inside and bool(passed)
            said = "not applied: no such column" if condition.name in skipped else "passes" if passed else "fails"
            rows.append({"what": "condition", "name": condition.label, "verdict": said})
        rows.append({"what": "scope", "name": record.scope.hash, "verdict": "in" if inside else "out"})
        authors = connection.execute(
            "SELECT seq, if(list_contains($unlisted, author), 'opted out', coalesce(name, 'unnamed')), institution, "
            "country, basis, units FROM authorships WHERE work = $work ORDER BY seq, institution, country",
            {"work": number, "unlisted": sorted(unlisted(record))},
        ).fetchall()
        weights = connection.execute(
            "SELECT country, units FROM work_countries WHERE work = $work ORDER BY units DESC, country",
            {"work": number},
        ).fetchall()
    for seq, name, institution, country, basis, units in authors:
        where = f"I{institution}" if institution else "no institution"
        rows.append(
            {
                "what": "author",
                "name": f"{seq}. {name}, {where}",
                "verdict": f"{share_in_words(units)} of the work",
                "country": country,
                "basis": basis or "unknown",
                "share": units / UNITS,
            }
        )
    for country, units in weights:
        said = f"{share_in_words(units)} of the work"
        rows.append({"what": "weight", "name": country or "unknown", "verdict": said, "share": units / UNITS})
    return rows


def share_in_words(units: int) -> str:
    """A weight as the fraction that it stands for."""
    return str(Fraction(units, UNITS).limit_denominator(20_000))


def set_scope(record_path: Path | str, **changes: Any) -> list[Row]:
    """Change what counts; the cubes must be counted again. Returns the scope as rows."""
    record = Record.open(record_path)
    manifest = record.manifest()
    stored = {**manifest.get("scope", {}), **{name: value for name, value in changes.items() if value is not None}}
    scope = scoping.Scope.from_json(json.loads(json.dumps(stored)))
    record.write_manifest({**manifest, "scope": json.loads(json.dumps(scoping.as_json(scope)))})
    return [{"setting": name, "value": value} for name, value in scoping.as_json(scope).items()]
