"""Works flattened to three tables: articles.parquet, authorships.parquet and authorships_long.csv.gz.

Articles and authorships are OpenAlex's, without types, topics, abstracts or references; the long file gives each
author and institution a country and coordinates from ROR.
"""

from __future__ import annotations

from pathlib import Path

from udsyn.record.sources.location import File, Location
from udsyn.record.sources.part import Part

NAME = "management"
#: Variable of the statements → file.
FILES = {"articles": "articles.parquet", "authorships": "authorships.parquet", "places": "authorships_long.csv.gz"}


def parts_in(location: Location) -> list[Part]:
    """The folder as one part, because its files make sense only together; nothing where it is laid out otherwise."""
    found = {Path(file.path).name: file for file in location.files}
    if location.remote or not set(FILES.values()) <= found.keys():
        return []
    files: tuple[File, ...] = tuple(found[name] for name in FILES.values())
    folder = Path(files[0].path).parent
    return [Part(NAME, "works", folder.resolve().name, str(folder), files)]
