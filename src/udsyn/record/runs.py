"""Reading the parts that are to be read: one after another in this process, or as tasks on Spark.

A part's rows and files depend on the part alone. Wherever it is read, the named statements run in DuckDB beside its
data, and the same bytes come out; its commit is written last.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import duckdb

from udsyn.errors import UdsynError
from udsyn.record.engine import Record
from udsyn.record.parser import first_line
from udsyn.record.parts import Commit
from udsyn.record.reader import Reader
from udsyn.record.sources.job import Asked
from udsyn.record.sources.location import Location
from udsyn.record.sources.part import Part
from udsyn.record.writer import PartWriter

Say = Callable[[str], None]
#: Where parts are read: in this process, or as tasks on Spark.
ENGINES = ("duckdb", "spark")


@dataclass(frozen=True)
class Refusal:
    """A part that cannot be read, and why; nothing of it is kept."""

    file: str
    reason: str


@dataclass(frozen=True)
class Run:
    """What every part is read with: the record and where its parts stand, what is wanted of them, whether JSON lines
    are scanned (see `udsyn.record.parser`), and by how many processes."""

    record: Record
    location: Location
    asked: Asked
    scan: bool = False
    workers: int = 1

    def reader(self) -> Reader:
        return Reader(self.asked, self.scan)


def attempt(reader: Reader, run: Run, part: Part, commit: Commit) -> Commit | Refusal:
    """Read one part, or say why it is refused. Raises UdsynError where the engine itself fails."""
    try:
        if part.size < (part.expected or 0):
            raise UdsynError(f"{part.path} has {part.size:,} bytes; its manifest says {part.expected:,}.")
        if not part.size and part.path.endswith(".gz"):
            raise UdsynError(f"{part.path} is empty: 0 bytes, not even a gzip file without content.")
        return read_part(reader, run, part, commit)
    except UdsynError as error:
        return Refusal(part.path, str(error))
    except duckdb.Error as error:
        raise UdsynError(f"{part.path}: {first_line(error)}.") from None


def read_part(reader: Reader, run: Run, part: Part, commit: Commit) -> Commit:
    """Read one part and commit it. Objects that stand in it twice are read again without their older versions."""
    slice_ = run.record.slice
    repeated: set[int] = set()
    while True:
        with PartWriter(run.record.path, commit) as writer:
            for rows in reader.read(part, run.location, writer.set_aside, repeated):
                writer.write(slice_.keep(rows) if slice_ else rows)
        if writer.quarantine and not any(writer.counts.values()):
            line = writer.quarantine[0]
            raise UdsynError(
                f"{part.path} holds nothing that can be read: all of its {len(writer.quarantine):,} lines were set "
                f"aside (line {line['line']}: {line['reason']})."
            )
        again = writer.repeated()
        if not again:
            return writer.finish(len(repeated))
        repeated = again
