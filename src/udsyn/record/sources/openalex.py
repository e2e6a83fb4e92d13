"""OpenAlex as files: where a snapshot keeps its parts, and which JSON fields Udsyn reads.

Layouts: `data/jsonl/<entity>/updated_date=D/part_0000.gz` and `data/parquet/...` (since 2026), the older flat
`data/<entity>/updated_date=D/part_000.gz`, and a single file of objects. Fields: https://developers.openalex.org
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from udsyn.errors import UsageError
from udsyn.record.sources.part import Part

NAME = "openalex"
ENTITIES = ("works", "institutions", "topics")

#: JSON field → DuckDB type, per entity. Fields that are not named here are skipped while parsing.
JSON_COLUMNS: Mapping[str, Mapping[str, str]] = {
    "works": {
        "id": "VARCHAR",
        "doi": "VARCHAR",
        "title": "VARCHAR",
        "publication_year": "SMALLINT",
        "publication_date": "VARCHAR",
        "language": "VARCHAR",
        "type": "VARCHAR",
        "cited_by_count": "INTEGER",
        "is_retracted": "BOOLEAN",
        "is_paratext": "BOOLEAN",
        "is_xpac": "BOOLEAN",
        "updated_date": "VARCHAR",
        "authorships": "STRUCT(author STRUCT(id VARCHAR, display_name VARCHAR), author_position VARCHAR, "
        "is_corresponding BOOLEAN, countries VARCHAR[], institutions STRUCT(id VARCHAR, display_name VARCHAR, "
        "ror VARCHAR, country_code VARCHAR, type VARCHAR, lineage VARCHAR[])[])[]",
        "topics": "STRUCT(id VARCHAR, display_name VARCHAR, score REAL, "
        "subfield STRUCT(id VARCHAR, display_name VARCHAR), field STRUCT(id VARCHAR, display_name VARCHAR), "
        "domain STRUCT(id VARCHAR, display_name VARCHAR))[]",
        "primary_topic": "STRUCT(id VARCHAR, subfield STRUCT(id VARCHAR), field STRUCT(id VARCHAR), "
        "domain STRUCT(id VARCHAR))",
        "referenced_works": "VARCHAR[]",
    },
    "institutions": {
        "id": "VARCHAR",
        "display_name": "VARCHAR",
        "ror": "VARCHAR",
        "country_code": "VARCHAR",
        "type": "VARCHAR",
        "geo": "STRUCT(city VARCHAR, latitude DOUBLE, longitude DOUBLE)",
        "lineage": "VARCHAR[]",
        "associated_institutions": "STRUCT(id VARCHAR, relationship VARCHAR)[]",
    },
    "topics": {
        "id": "VARCHAR",
        "display_name": "VARCHAR",
        "subfield": "STRUCT(id VARCHAR, display_name VARCHAR)",
        "field": "STRUCT(id VARCHAR, display_name VARCHAR)",
        "domain": "STRUCT(id VARCHAR, display_name VARCHAR)",
    },
}

ENTITY_OF_LETTER = {"W": "works", "I": "institutions", "T": "topics"}
PARTITION = re.compile(r"updated_date=(?P<date>\d{4}-\d{2}-\d{2})/(?P<part>[^/]+?)\.(gz|json|jsonl|jsonl\.gz)$")
DATA_SUFFIXES = (".gz", ".jsonl", ".json", ".ndjson")


def find_parts(src: Path) -> list[Part]:
    """Every part under a snapshot's root, its data folder, an entity folder, or the one file named."""
    if src.is_file():
        return [loose_part(src)]
    if not src.is_dir():
        raise UsageError(f"{src} does not exist: name a snapshot's root, its data folder, an entity folder or a file.")
    parts = [part for folder, entity in entity_folders(src) for part in folder_parts(folder, entity)]
    if not parts:
        raise UsageError(f"{src} holds no OpenAlex files (looked for {', '.join(ENTITIES)} as *.gz or *.jsonl).")
    return sorted(parts)


def entity_folders(src: Path) -> list[tuple[Path, str]]:
    """The folders that hold entities, whichever layout this is."""
    if src.name in ENTITIES:
        return [(src, src.name)]
    for base in (src / "data" / "jsonl", src / "jsonl", src / "data", src):
        found = [(base / entity, entity) for entity in ENTITIES if (base / entity).is_dir()]
        if found:
            return found
    return []


def folder_parts(folder: Path, entity: str) -> Iterable[Part]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in DATA_SUFFIXES and not path.name.startswith((".", "manifest")):
            yield Part(NAME, entity, part_key(PurePosixPath(path.relative_to(folder))), path, (path,))


def part_key(relative: PurePosixPath) -> str:
    """`updated_date=2024-03-11/part_000.gz` → `2024-03-11.part_000`."""
    match = PARTITION.search(str(relative))
    return f"{match['date']}.{match['part']}" if match else stem(relative.name)


def stem(name: str) -> str:
    """A file's name without its data suffixes."""
    return re.sub(r"(\.(gz|jsonl?|ndjson))+$", "", name)


def loose_part(path: Path) -> Part:
    """A single file: its entity is told by its partition folder, its name, or its first object's id."""
    folder = next((parent.name for parent in path.parents if parent.name in ENTITIES), None)
    if folder and (match := PARTITION.search(path.as_posix())):
        return Part(NAME, folder, f"{match['date']}.{match['part']}", path, (path,))
    named = stem(path.name)
    return Part(NAME, named if named in ENTITIES else "works", named, path, (path,))
