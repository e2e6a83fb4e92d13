"""Works flattened to three tables: articles.parquet, authorships.parquet and authorships_long.csv.gz.

Articles and authorships are OpenAlex's, without types, topics, abstracts or references; the long file gives each
author and institution a country and coordinates from ROR.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from udsyn.record.sources.location import Location
from udsyn.record.sources.part import Part
from udsyn.record.sources.source import Found
from udsyn.record.statements import statement

if TYPE_CHECKING:
    import pyarrow as pa

    from udsyn.record.sources.job import Asked, Job

#: Variable of the statements → file.
FILES = {"articles": "articles.parquet", "authorships": "authorships.parquet", "places": "authorships_long.csv.gz"}


class Management:
    """Works of journals of management, in three files that make sense only together."""

    name = "management"
    kind: Literal["works", "register"] = "works"
    speaks = ("works",)
    counts = ("works", "authorships")
    flattens = "openalex"

    def find(self, location: Location, only: Collection[str]) -> Found | None:
        """The folder as one part; nothing where it is laid out otherwise."""
        found = {Path(file.path).name: file for file in location.files}
        if location.remote or not set(FILES.values()) <= found.keys():
            return None
        files = tuple(found[name] for name in FILES.values())
        folder = Path(files[0].path).parent
        return Found([Part(self.name, "works", folder.resolve().name, str(folder), files)])

    def tables(self, part: Part, asked: Asked) -> tuple[str, ...]:
        return ("authorships", "work_countries", "works", "institutions")

    def statement(self, table: str) -> str:
        """Its works come in the shape of OpenAlex's; its institutions have places of their own."""
        return statement(f"management_{table}" if table == "institutions" else f"openalex_{table}")

    def incoming(self, job: Job) -> Iterator[pa.Table]:
        for name, file in zip(FILES, job.part.files, strict=True):
            job.connection.execute(f"SET VARIABLE {name} = $path", {"path": file.path})
        yield job.connection.sql(statement("management_incoming")).to_arrow_table()


source = Management()
