"""The whole line at once: a world (generated, or real files), its record, its cubes, a desk and a brief."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

from udsyn import world
from udsyn.cubes.build import build_cubes
from udsyn.errors import UdsynError, UsageError
from udsyn.record.calls import load as load_calls
from udsyn.record.calls.paid import load_paid
from udsyn.record.engine import Record
from udsyn.record.extent import COMPLETE
from udsyn.record.ingest import ingest_openalex
from udsyn.record.lists.fields import load as load_fields
from udsyn.record.lists.load import load as load_lists
from udsyn.record.patents import load as load_patents
from udsyn.record.sources.layouts import LAYOUTS
from udsyn.record.sources.panels import ingest_panel
from udsyn.record.tenders import load as tenders
from udsyn.record.trade import load as trade
from udsyn.world import calls, markets

Say = Callable[[str], None]
#: The country that the demonstration's brief is about, and the one where that is home itself.
PARTNER, OTHER = "KR", "DK"
INVENTED = "invented, free to use"  #: the terms of what the demonstration makes up
#: The name that the generated pair panel has in the record.
GENERATED_PANEL = "generated-pairs"


def make_record(out: Path, data: Path | None, say: Say, *, works: int, seed: int) -> Path:
    """Build OUT/record from the files in `data`, or from a generated world written to OUT/world; returns its path.

    A record that an earlier demo left there is replaced. Raises UsageError where `data` holds nothing to read or
    OUT/record is a record that no demo made.
    """
    record = out / "record"
    clear(record)
    if data is None:
        truth = world.build(out / "world", works=works, seed=seed, say=say)
        generated = {"seed": seed, "works": works, "snapshot": truth["snapshot"]}
        mark(record, generated)
        ingest_openalex(out / "world", record, say)
        say("loading the invented lists of restrictive measures and of sensitive fields")
        snapshot = dt.date.fromisoformat(world.SNAPSHOT)
        load_lists(record, out / "world" / world.LISTS, "eu-acts", retrieved=snapshot)
        load_fields(record, out / "world" / world.FIELDS, snapshot)
        say("reading the generated pair panel")
        ingest_panel(
            record,
            out / "world" / world.PANEL,
            "pairs",
            source=GENERATED_PANEL,
            title="Generated country pairs",
            snapshot=world.SNAPSHOT,
            declared=COMPLETE,
        )
        say("reading the generated patents")
        load_patents(record, out / "world" / world.FAMILIES, "google", source="generated", licence=INVENTED)
        load_patents(record, out / "world" / world.CITATIONS, "citations", source="generated", licence=INVENTED)
        say("reading the generated calls")
        read_calls(record, out / "world")
        say("reading the generated tenders and trade")
        read_markets(record, out / "world" / markets.FOLDER)
    else:
        mark(record, None)
        read_folder(data, record, say)
    say("counting")
    build_cubes(record, progress=say)
    return record


def read_calls(record: Path, folder: Path) -> None:
    """Load the generated world's calls."""
    day = dt.date.fromisoformat(calls.ON)
    load_calls(record, folder / calls.LISTS, "dated-lists", source="generated-lists", retrieved=day)
    load_calls(record, folder / calls.TYPED, "typed", source="generated-typed", retrieved=day)
    for file, form in ((calls.PAID, "cordis-topics"), (calls.LABELS, "cordis-labels")):
        load_paid(record, folder / file, form, source="generated", licence=INVENTED)


def read_markets(record: Path, folder: Path) -> None:
    """Load the generated world's labels, tenders and trade."""
    trade.load(record, folder / "labels.csv", "labels", scheme=markets.SCHEME)
    trade.load(record, folder / "hs_labels.csv", "labels", scheme=markets.TRADE_SCHEME)
    tenders.load(record, folder / "releases.jsonl", "ocds", source=markets.SOURCE)
    for file in sorted(folder.glob("BACI_*.csv")):
        trade.load(record, file, "baci", source="Generated trade")


def partner_of(home: str) -> str:
    """The country that home's brief is about."""
    return OTHER if home == PARTNER else PARTNER


def make_desk(out: Path, record: Path, say: Say) -> Path | None:
    """Fill OUT/desk with the facts and a generated half-year; a desk that is there is left as it is.

    Returns its folder, or None where the desk's packages are not installed.
    """
    folder = out / "desk"
    if (folder / "desk.sqlite3").is_file():
        say(f"{folder} is there already and is left as it is")
        return folder
    if find_spec("django") is None:
        say("the desk is left out: its packages are missing (pip install 'udsyn[desk]')")
        return None
    from udsyn.world.desk import half_year

    say("filling the desk")
    half_year.build(folder, record)
    return folder


def read_folder(data: Path, record: Path, say: Say) -> None:
    """Read every known panel in DATA/panels and every source of works in DATA/works, or DATA itself as a snapshot."""
    if not data.is_dir():
        raise UsageError(f"--data {data} is not a folder.")
    found = 0
    for file, shape in panels_in(data / "panels"):
        say(f"reading {file}")
        ingest_panel(record, file, shape)
        found += 1
    for src in works_in(data):
        say(f"reading {src}")
        try:
            ingest_openalex(src, record, say)
        except UdsynError as error:
            say(f"left out: {error}")
        else:
            found += 1
    if not found:
        raise UsageError(
            f"--data {data} holds no known panels in panels/, no works in works/ and no snapshot in data/."
        )


def panels_in(folder: Path) -> Iterator[tuple[Path, str]]:
    """The published panels of a folder with their shapes, told by their files' names."""
    for file in sorted(folder.glob("*.csv*")):
        for layout in LAYOUTS:
            if file.name.startswith(layout.file):
                yield file, layout.shape


def works_in(data: Path) -> Iterator[Path]:
    """A snapshot's root, or each source of works: a folder's works file where it has one, else the folder."""
    if (data / "data").is_dir():
        yield data
    for folder in sorted((data / "works").glob("*")):
        lines = folder / "works.jsonl.gz"
        yield lines if lines.is_file() else folder


def clear(record: Path) -> None:
    """Remove the record of an earlier demo, and no other."""
    if not record.exists():
        return
    made_here = (record / "record.json").is_file() and "demo" in Record.open(record).manifest()
    if not made_here:
        raise UsageError(f"{record} is there and no demo made it. Choose another --out, or move it away.")
    shutil.rmtree(record)


def mark(record: Path, generated: dict[str, object] | None) -> None:
    """Note in the record that a demo made it, and whether what it holds is generated (`generated` is shown with it)."""
    opened = Record.create(record)
    opened.write_manifest({**opened.manifest(), "demo": True, **({"generated": generated} if generated else {})})
