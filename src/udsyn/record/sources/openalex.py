"""OpenAlex as files: where a snapshot keeps its parts, and what its manifests promise.

Layouts: `data/jsonl/<entity>/updated_date=D/part_0000.gz` and `data/parquet/<entity>/...` (since 2026), the older flat
`data/<entity>/updated_date=D/part_000.gz`, and single files of objects; a manifest lists the parts.
https://developers.openalex.org/download/snapshot-format
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal

from udsyn.errors import UdsynError, UsageError
from udsyn.record.sources.location import File, Location
from udsyn.record.sources.part import Part, stem
from udsyn.record.sources.schema import ENTITIES, EXTRA_TABLES, columns
from udsyn.record.sources.source import Found
from udsyn.record.statements import statement

if TYPE_CHECKING:
    import pyarrow as pa

    from udsyn.record.sources.job import Asked, Job

DATA = (".gz", ".jsonl", ".json", ".ndjson", ".parquet")
ENTITY_PATH = re.compile(r"(?:^|.*/)(?P<entity>[a-z-]+)/(?P<rest>updated_date=[^/]+/[^/]+)$")
PARTITION = re.compile(r"updated_date=(?P<date>[^/]+)/(?P<part>[^/]+)$")
MERGED = re.compile(r"(?:^|.*/)merged_ids/(?P<entity>[a-z-]+)/[^/]+\.csv(\.gz)?$")
MANIFEST = re.compile(r"(?:^|/)manifest(\.json)?$")


class OpenAlex:
    """OpenAlex's objects: works, authors, institutions, topics and what stands beside them."""

    name = "openalex"
    kind: Literal["works", "register"] = "works"
    speaks = ("works",)
    counts = (
        "works",
        "authorships",
        "institutions",
        "topics",
        "references",
        "authors",
        "venues",
        "subfields",
        "fields",
        "domains",
        "funders",
        "awards",
    )
    flattens = None

    def find(self, location: Location, only: Collection[str]) -> Found | None:
        return look(location, only)

    def tables(self, part: Part, asked: Asked) -> tuple[str, ...]:
        fills = ENTITIES[part.entity].fills
        if part.entity != "works":
            return fills
        gathered = tuple(f"{name}_of_works" for name in asked.gather)
        return fills + gathered + tuple(EXTRA_TABLES[name] for name in asked.extras)

    def statement(self, table: str) -> str:
        return statement(f"openalex_{table}")

    def incoming(self, job: Job) -> Iterator[pa.Table]:
        wanted = columns(job.part.entity, job.asked.gather, job.asked.extras)
        return job.objects(wanted, ENTITIES[job.part.entity].ids, cut_off=job.part.entity == "works")


def look(location: Location, only: Collection[str] = ()) -> Found:
    """Find the parts under a snapshot's root, its data folder, an entity folder, a partition, or the one file named.

    `only` names the entities to read; all that are there where it is empty.
    """
    found = Found([])
    manifests = []
    for file in location.files:
        path = location.readable(file.path)
        relative = location.relative(path) or PurePosixPath(path).name
        if MANIFEST.search(relative):
            manifests.append(file)
        elif match := MERGED.match(path):
            found.merged.append((match["entity"], file))
        elif relative.endswith(DATA) and not PurePosixPath(relative).name.startswith("."):
            part = part_of(location, file, path, relative)
            if part is None:
                found.left_out.append(file.path)
            elif part.entity in (only or ENTITIES):
                found.parts.append(part)
    found.parts = one_format(found.parts)
    promises = {at: size for file in manifests for at, size in promised(location, file, found)}
    compare(found, {at: size for at, size in promises.items() if at[0] in (only or ENTITIES)})
    if not found.parts and not found.merged:
        raise UsageError(
            f"{location.name} holds no OpenAlex files: looked for {', '.join(ENTITIES)} as *.gz, *.jsonl or *.parquet."
        )
    found.parts.sort()
    return found


def part_of(location: Location, file: File, path: str, relative: str) -> Part | None:
    """A file as a part: of a partition, of an entity's folder, or on its own. None where its name says no entity that
    is read."""
    if match := ENTITY_PATH.match(path.replace("\\", "/")):
        if match["entity"] not in ENTITIES:
            return None
        return Part(OpenAlex.name, match["entity"], part_key(match["rest"]), file.path, (file,))
    folder = PurePosixPath(location.root).name
    parents = PurePosixPath(relative).parts[:-1]
    entity = next((name for name in (*reversed(parents), folder) if name in ENTITIES), None)
    named = stem(PurePosixPath(relative).name)
    if entity is None and (parents or len(location.files) > 1) and named not in ENTITIES:
        return None
    key = ".".join([*parents, named])
    return Part(OpenAlex.name, entity or (named if named in ENTITIES else "works"), key, file.path, (file,))


def part_key(relative: str) -> str:
    """`updated_date=2024-03-11/part_000.gz` → `2024-03-11.part_000`."""
    match = PARTITION.search(relative)
    return f"{match['date']}.{stem(match['part'])}" if match else stem(PurePosixPath(relative).name)


def one_format(parts: list[Part]) -> list[Part]:
    """Where a snapshot holds several copies of the same data, one is read: Parquet, or else the newer layout."""
    best: dict[str, int] = {}
    for part in parts:
        best[part.entity] = max(best.get(part.entity, 0), worth(part))
    return [part for part in parts if worth(part) == best[part.entity]]


def worth(part: Part) -> int:
    return 2 if part.path.endswith(".parquet") else 0 if "legacy-data/" in part.path else 1


def promised(location: Location, manifest: File, found: Found) -> Iterator[tuple[tuple[str, str], int | None]]:
    """The parts that a manifest promises: (entity, key) and size (Redshift's form: url, content_length)."""
    with location.open(manifest.path) as file:
        try:
            entries = list(entries_of(json.loads(file.read())))
        except (ValueError, TypeError) as error:
            raise UdsynError(f"{manifest.path} is not a manifest ({error}). Fetch it again, or remove it.") from None
    for url, size in entries:
        match = ENTITY_PATH.match(url)
        if match and match["entity"] in ENTITIES and url.endswith(".parquet") == any_columnar(found, match["entity"]):
            yield (match["entity"], part_key(match["rest"])), size


def compare(found: Found, promises: Mapping[tuple[str, str], int | None]) -> None:
    """Note which promised parts are missing or short, and which parts nobody promised."""
    held = {(part.entity, part.key): part for part in found.parts}
    for entity, key in promises:
        found.listed.setdefault(entity, set()).add(key)
    found.missing = [f"{entity}/{key}" for entity, key in sorted(promises.keys() - held.keys())]
    found.extra = [held[at].path for at in sorted(held.keys() - promises.keys()) if at[0] in found.listed]
    found.parts = [replace(part, expected=promises.get(at)) for at, part in held.items()]
    found.short = [part.path for part in found.parts if part.size < (part.expected or 0)]


def any_columnar(found: Found, entity: str) -> bool:
    return any(part.entity == entity and part.path.endswith(".parquet") for part in found.parts)


def entries_of(content: object) -> Iterator[tuple[str, int | None]]:
    """Every entry of a manifest: one entity's, or all entities' in one file."""
    if isinstance(content, dict):
        if isinstance(content.get("url"), str):
            about = content.get("meta") or content
            size = about.get("content_length")
            yield content["url"], int(size) if size is not None else None
        else:
            for value in content.values():
                yield from entries_of(value)
    elif isinstance(content, list):
        for value in content:
            yield from entries_of(value)


source = OpenAlex()
