"""Write a part's rows: one Parquet file per table, written beside, put in place together when the part is complete."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from udsyn.record import parts as store
from udsyn.record.parts import COMPOSED, GATHERED, Commit
from udsyn.record.sources.schema import ENTITIES
from udsyn.record.tables import TABLES

QUOTED_BYTES = 200
#: Columns whose values hardly repeat: a dictionary of them would cost more than it saves.
PLAIN = {"work", "cited", "author", "institution", "name", "title", "doi", "orcid", "abstract", "text"}


def home_of(table: str) -> str:
    """The folder that a part's rows of a table go to. Institutions and topics are gathered first, then composed."""
    return "tables" if table in TABLES and table not in COMPOSED else GATHERED


class PartWriter:
    """The files of one part. Leaving it before `finish` removes what was written."""

    def __init__(self, root: Path, commit: Commit) -> None:
        self.root, self.commit = root, commit
        self.writers: dict[str, pq.ParquetWriter] = {}
        self.counts: dict[str, int] = {}
        self.quarantine: list[dict[str, Any]] = []
        self.objects: list[pa.Table] = []

    def __enter__(self) -> PartWriter:
        return self

    def file(self, table: str) -> Path:
        return self.root / home_of(table) / table / f"{self.commit.stem}.parquet"

    def beside(self, table: str) -> Path:
        return self.file(table).with_name(f".{self.commit.stem}.tmp")

    def write(self, rows: Mapping[str, pa.Table]) -> None:
        for table, content in rows.items():
            if table not in self.writers:
                self.file(table).parent.mkdir(parents=True, exist_ok=True)
                self.writers[table] = pq.ParquetWriter(
                    self.beside(table),
                    content.schema,
                    compression="zstd",
                    compression_level=1,
                    use_dictionary=[name for name in content.column_names if name not in PLAIN],
                )
            self.writers[table].write_table(content)
            self.counts[table] = self.counts.get(table, 0) + content.num_rows
        entity = ENTITIES.get(self.commit.entity)
        if entity and entity.key and entity.table in rows:
            self.objects.append(rows[entity.table].select([entity.key, "updated"]).rename_columns(["id", "updated"]))

    def set_aside(self, bad: list[tuple[int, str, bytes]]) -> None:
        """Remember lines that could not be read."""
        self.quarantine += [
            {
                "file": self.commit.path,
                "line": number,
                "reason": reason,
                "text": line[:QUOTED_BYTES].decode("utf-8", "replace"),
            }
            for number, reason, line in bad
        ]

    def repeated(self) -> set[int]:
        """Ordinals of objects that stand in this part again, later updated (or later at all when that is equal)."""
        if not self.objects:
            return set()
        objects = pl.concat([pl.DataFrame(rows) for rows in self.objects])
        ids = objects["id"].to_numpy()
        if len(np.unique(ids)) == len(ids):
            return set()
        undated = -(2**31)
        days = objects["updated"].cast(pl.Int32).fill_null(undated).to_numpy()
        best = np.lexsort((np.arange(len(ids)), days, ids))
        last = np.append(ids[best][1:] != ids[best][:-1], True)
        return set(best[~last].tolist())

    def __exit__(self, kind: object, *_: object) -> None:
        for table, writer in self.writers.items():
            try:
                writer.close()
            except OSError:
                if kind is None:
                    raise
            finally:
                if kind is not None:
                    self.beside(table).unlink(missing_ok=True)

    def finish(self, repeated: int = 0) -> Commit:
        """Put the files in place (call it after leaving the `with` block); the commit is written last."""
        for table in self.writers:
            with self.beside(table).open("rb") as file:
                os.fsync(file.fileno())
            self.beside(table).replace(self.file(table))
        if self.quarantine:
            file_ = self.root / store.QUARANTINE / f"{self.commit.entity}.{self.commit.stem}.jsonl"
            store.write_atomically(file_, b"".join(orjson.dumps(row) + b"\n" for row in self.quarantine))
        done = replace(self.commit, rows=self.counts, quarantined=len(self.quarantine), repeated=repeated)
        store.write_commit(self.root, done)
        return done
