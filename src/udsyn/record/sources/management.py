"""Works flattened to three tables: articles.parquet, authorships.parquet and authorships_long.csv.gz.

Articles and authorships are OpenAlex's, without types, topics, abstracts or references; the long file gives each
author and institution a country and coordinates from ROR.
"""

from __future__ import annotations

from pathlib import Path

from udsyn.record.sources.part import Part

NAME = "management"
#: Parameter of the statements → file.
FILES = {"articles": "articles.parquet", "authorships": "authorships.parquet", "places": "authorships_long.csv.gz"}


def found_in(folder: Path) -> bool:
    """Whether a folder is laid out like this."""
    return all((folder / name).is_file() for name in FILES.values())


def part(folder: Path) -> Part:
    """The folder as one part: its files make sense only together."""
    return Part(NAME, "works", folder.resolve().name, folder, tuple(folder / name for name in FILES.values()))
