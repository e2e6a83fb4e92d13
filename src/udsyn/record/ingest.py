"""Read OpenAlex files into a record: part by part, each wholly or not at all, broken lines set aside with a reason."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from udsyn.errors import UdsynError, UsageError
from udsyn.record import corrections, extent
from udsyn.record import parts as store
from udsyn.record.engine import Record
from udsyn.record.lock import locked
from udsyn.record.parts import Commit
from udsyn.record.reader import EVERYTHING
from udsyn.record.room import room
from udsyn.record.runs import ENGINES, Refusal, Run, Say
from udsyn.record.settle import keep_merged, settle
from udsyn.record.slice import Slice, demand_same
from udsyn.record.sources import source as sources
from udsyn.record.sources.job import Asked
from udsyn.record.sources.location import Location
from udsyn.record.sources.part import Part
from udsyn.record.sources.schema import ENTITIES, EXTRAS
from udsyn.record.sources.source import Found, Source
from udsyn.record.tables import TABLES
from udsyn.record.workers import read_here, worth

Held = dict[tuple[str, str, str], Commit]
#: Bytes of files of JSON lines from which on the scanner saves more time than it takes to load.
WORTH_A_SCANNER = 64 << 20
#: So many times as much where it has never run here: compiling it takes seven seconds.
UNCOMPILED = 5
#: Bytes of files from which on several processes save more than it costs to start them, a second of each.
WORTH_WORKERS = 512 << 20
#: The key of a part that stands in a dated partition; other files are told apart by their content.
PARTITIONED = re.compile(r"^\d{4}-\d{2}-\d{2}\.")


@dataclass(frozen=True)
class Wanted:
    """What is wanted of files, and how they are read: see `ingest_openalex`."""

    extras: Collection[str] = ()
    only: Collection[str] = ()
    slice_: Slice | None = None
    engine: str = "duckdb"
    workers: int | None = 1
    declared: str | None = None

    def __post_init__(self) -> None:
        if self.engine not in ENGINES:
            raise UsageError(f"no engine {self.engine}: choose one of {', '.join(ENGINES)}.")
        extent.check(self.declared)


@dataclass
class Outcome:
    """What an ingest did: rows read by table, and what became of the parts."""

    rows: dict[str, int] = field(default_factory=lambda: dict.fromkeys(told_tables(), 0))
    parts: int = 0
    unchanged: int = 0
    removed: int = 0
    quarantined: int = 0
    refused: list[dict[str, str]] = field(default_factory=list)

    def add(self, commit: Commit) -> None:
        self.parts += 1
        self.quarantined += commit.quarantined
        for name in commit.rows.keys() & self.rows.keys():
            self.rows[name] += commit.rows[name]


def told_tables() -> list[str]:
    """The tables whose rows are told, each once: those of works, then those of registers."""
    known = list(TABLES)
    found = sorted(
        sources.every().values(),
        key=lambda source: (source.kind != "works", source.flattens or "", known.index(source.counts[0])),
    )
    return list(dict.fromkeys(table for source in found for table in source.counts))


def scanner_pays(size: int) -> bool:
    """Whether the scanner saves more time on so many bytes of JSON lines than it takes to load, or to compile first."""
    return size >= WORTH_A_SCANNER * (1 if scanner_is_compiled() else UNCOMPILED)


def scanner_is_compiled() -> bool:
    """Whether numba's cache holds the scanner as it is. Numba itself, which is slow to load, is not asked."""
    source = Path(__file__).with_name("sources") / "scan.py"
    caches = [source.parent / "__pycache__", *([Path(named)] if (named := os.environ.get("NUMBA_CACHE_DIR")) else [])]
    newest = source.stat().st_mtime
    return any(file.stat().st_mtime >= newest for cache in caches for file in cache.rglob("scan.*.nbi"))


def ingest_openalex(
    src: Path | str,
    record_path: Path | str,
    say: Say = lambda _: None,
    extras: Collection[str] = (),
    only: Collection[str] = (),
    slice_: Slice | None = None,
    engine: str = "duckdb",
    workers: int | None = 1,
    declared: str | None = None,
) -> dict[str, Any]:
    """Read OpenAlex files into the record at `record_path`; what is held already is left alone.

    `src` is a snapshot's root, its data folder, an entity folder or one file; local or an address such as s3://.
    `extras` names what is read on request (see `schema.EXTRAS`), `only` the entities to read (all that are there
    without it). `slice_` keeps works in full that touch its countries only (see `udsyn.record.slice`). `engine` is
    duckdb (this machine) or spark (its tasks), `workers` the processes that read parts side by side on this machine
    (None: as many as it has processors and memory for); the record is the same, byte for byte. `declared` is the
    source's extent (complete, slice or sample); undeclared it is complete where its manifest is, else a sample.

    Returns one object: rows read (works, authorships, ...), `parts` read, `unchanged` and `removed` parts,
    `quarantined` lines, `refused` files, what manifests say against the source (`missing`, `extra`), works that a
    slice `kept`, and `seconds`.

    Raises UsageError for a source that holds nothing, UdsynError when the record is being written by someone else,
    when the disk is full, or, after everything else was read, when a file is truncated or damaged.
    """
    for asked, known in ((extras, EXTRAS), (only, ENTITIES)):
        if unknown := set(asked) - known.keys():
            raise UsageError(
                f"nothing called {', '.join(sorted(unknown))} can be read: choose from {', '.join(known)}."
            )
    return ingest("openalex", src, record_path, say, Wanted(extras, only, slice_, engine, workers, declared))


def ingest_register(
    register: str,
    src: Path | str,
    record_path: Path | str,
    say: Say = lambda _: None,
    declared: str | None = None,
) -> dict[str, Any]:
    """Read a register (ror or cordis) into the record; institutions take coordinates, parents and successors from ROR.

    Returns one object as `ingest_openalex` does. Raises UsageError for an unknown register or a source that is no file.
    """
    registers = [source.name for source in sources.every().values() if source.kind == "register"]
    if register not in registers:
        raise UsageError(f"no register {register}: choose one of {', '.join(registers)}.")
    return ingest(register, src, record_path, say, Wanted(declared=declared))


def ingest(
    source: str,
    src: Path | str,
    record_path: Path | str,
    say: Say = lambda _: None,
    wanted: Wanted = Wanted(),
) -> dict[str, Any]:
    """Read files by the source named (see `udsyn.record.sources.source`), as `ingest_openalex` does with its own.

    A panel is one file that is read whole; of what is wanted only its extent is for it. Raises UsageError for a source
    that is not installed, or that does not read what stands at `src`.
    """
    if (panels := sources.panels().get(source)) is not None:
        return panels.load(record_path, src, wanted.declared)
    location = Location(src)
    reads, found = sources.look(source, location, wanted.only)
    return ingest_found(record_path, location, reads, found, say, wanted)


def ingest_found(
    record_path: Path | str, location: Location, source: Source, found: Found, say: Say, wanted: Wanted
) -> dict[str, Any]:
    """Read the parts that were found, and account for them."""
    started = time.monotonic()
    record = Record.create(record_path)
    with locked(record.path), room(record.path):
        settle_slice(record, wanted.slice_)
        outcome = read_all(record, location, source, found, say, wanted)
        settle_extent(record, source, found, wanted.declared)
    for name in found.left_out[:10]:
        say(f"left out: {name} (its name says no entity that is read; name the file itself to read it as works)")
    for name in found.missing[:10]:
        say(f"missing: {name} is in the manifest, but not in {location.name}")
    for name in found.extra[:10]:
        say(f"extra: {name} is not in the manifest")
    if outcome.refused:
        others = len(outcome.refused) - 1
        raise UdsynError(
            f"{outcome.refused[0]['reason']} Nothing of it was kept; {outcome.rows['works']:,} works of other files "
            "were read. Fetch the file again and repeat the command: it goes on from here."
            + (f" {others} more were refused: see `udsyn record status`." if others else "")
        )
    return {
        **outcome.rows,
        "parts": outcome.parts,
        "unchanged": outcome.unchanged,
        "removed": outcome.removed,
        "quarantined": outcome.quarantined,
        "refused": 0,
        "missing": len(found.missing),
        "extra": len(found.extra),
        **kept_in(record, say),
        "seconds": round(time.monotonic() - started, 3),
    }


def settle_slice(record: Record, asked: Slice | None) -> None:
    """Write down which slice the record is, before anything of it is read."""
    holds_works = any(commit.entity == "works" for commit in store.commits(record.path))
    slice_ = demand_same(record.slice, asked, holds_works)
    if slice_ and slice_ != record.slice:
        record.write_manifest({**record.manifest(), "slice": slice_.as_json()})


def settle_extent(record: Record, source: Source, found: Found, declared: str | None) -> None:
    """Write down how much of the world the sources hold that were just read."""
    manifest = record.manifest()
    commits = store.commits(record.path)
    if source.kind == "register" and any(commit.source == source.name for commit in commits):
        manifest["sources"].setdefault(source.name, {"kind": "register"})
    whole = not manifest.get("refused") and holds_all_listed(commits, found)
    brought = extent.COMPLETE if whole else extent.SAMPLE
    about = manifest["sources"].get(source.name)
    if about is not None and any(part.entity in source.speaks for part in found.parts):
        about |= extent.settled(about, declared, brought, record.slice is not None)
    record.write_manifest(manifest)


def holds_all_listed(commits: list[Commit], found: Found) -> bool:
    """Whether there is a manifest of works, and every part that it lists is held."""
    held = {f"{commit.entity}/{commit.key}" for commit in commits}
    return "works" in found.listed and all(name in held for name in found.missing if name.startswith("works/"))


def kept_in(record: Record, say: Say) -> dict[str, int]:
    """How many works a slice keeps in full; nothing for a whole record."""
    if not record.slice:
        return {}
    with record.connect() as connection:
        kept, works = connection.execute(
            "SELECT (SELECT count(DISTINCT work) FROM work_countries WHERE list_contains($countries, country)), "
            "(SELECT count(*) FROM works)",
            {"countries": list(record.slice.countries)},
        ).fetchall()[0]
    say(
        f"slice of {record.slice} (codes {', '.join(record.slice.countries)}): {kept:,} of {works:,} works are kept in "
        "full; of the others year, type, topic, citations and countries, for the world's counts"
    )
    return {"kept": kept}


def read_all(record: Record, location: Location, source: Source, found: Found, say: Say, wanted: Wanted) -> Outcome:
    """Read what is new or changed, drop what a manifest no longer lists, then settle."""
    outcome = Outcome()
    store.sweep(record.path)
    manifest = record.manifest()
    extras = sorted({*wanted.extras, *manifest.get("extras", [])})
    record.write_manifest({**manifest, "extras": extras})
    keep_merged(record, location, found)
    held: Held = {(c.source, c.entity, c.key): c for c in store.commits(record.path)}
    outcome.removed = remove_unlisted(record, source, found, held)
    todo, outcome.unchanged = plan(record, location, found, held, extras, outcome.removed > 0)
    own = {part.entity for part in found.parts} | {entity for _, entity, _ in held}
    lines = sum(part.size for part, _ in todo if not part.path.endswith(".parquet"))
    workers = wanted.workers
    if workers is None:
        workers = worth(len(todo)) if sum(part.size for part, _ in todo) >= WORTH_WORKERS else 1
    asked = Asked(tuple(name for name in EVERYTHING.gather if name not in own), tuple(extras))
    run = Run(record, location, asked, scanner_pays(lines), workers)
    for (part, commit), done in zip(todo, reading_on(wanted.engine)(run, todo, say), strict=True):
        if isinstance(done, Refusal):
            outcome.refused.append(asdict(done))
            continue
        outcome.add(done)
        if not any(done.rows.values()):
            say(f"{part.path} holds no objects: nothing was read of it")
        for at, old in held.items():
            if old.path == part.path and at != (part.source, part.entity, commit.key):
                store.commit_file(record.path, *at).unlink(missing_ok=True)
    record.write_manifest({**record.manifest(), "refused": outcome.refused})
    if settle(record):
        say("settled: one version of each work, institutions and topics composed")
    if corrections.versions(record):
        corrections.apply(record)
        say("corrections applied: see `udsyn record correct`")
    return outcome


def reading_on(engine: str) -> Callable[[Run, list[tuple[Part, Commit]], Say], Iterator[Commit | Refusal]]:
    if engine != "spark":
        return read_here
    from udsyn.record.spark import read_on_spark

    return read_on_spark


def plan(
    record: Record, location: Location, found: Found, held: Held, extras: Collection[str], removed: bool
) -> tuple[list[tuple[Part, Commit]], int]:
    """The parts to read with the commits that they will become, and how many are held unchanged.

    Where a part is replaced or removed, parts that lost works to other parts are read again: the winner may be gone.
    """
    wanted, same = [], []
    held = {at: commit for at, commit in held.items() if store.whole(record.path, commit)}
    prints = {commit.fingerprint for commit in held.values()}
    for part in found.parts:
        with_print = fingerprint(location, part)
        key = part.key if PARTITIONED.match(part.key) else f"{part.key}-{with_print[:8]}"
        old = held.get((part.source, part.entity, key))
        commit = Commit(
            part.source,
            part.entity,
            key,
            part.path,
            with_print,
            part.size,
            extras=list(extras) if part.entity == "works" else [],
            generation=old.generation + 1 if old else 0,
        )
        if with_print in prints and (old is None or set(commit.extras) <= set(old.extras)):
            same.append((part, commit, old))
        else:
            wanted.append((part, commit, old))
    if removed or any(old for _, _, old in wanted):
        lost = [row for row in same if row[2] and row[2].superseded]
        wanted += lost
        same = [row for row in same if row not in lost]
    return sorted((part, commit) for part, commit, _ in wanted), len(same)


def fingerprint(location: Location, part: Part) -> str:
    return store.fingerprint((file.size, location.open(file.path)) for file in part.files)


def remove_unlisted(record: Record, source: Source, found: Found, held: Held) -> int:
    """Parts of dated partitions that this release's manifest no longer lists."""
    gone = [
        at
        for at in held
        if at[0] == source.name and PARTITIONED.match(at[2]) and at[2] not in found.listed.get(at[1], {at[2]})
    ]
    for at in gone:
        store.commit_file(record.path, *at).unlink()
        del held[at]
    return len(gone)
