"""What registers share: they come as one file, which is one part."""

from __future__ import annotations

from pathlib import Path

from udsyn.errors import UsageError
from udsyn.record.sources.location import Location
from udsyn.record.sources.part import Part, stem
from udsyn.record.sources.source import Found


def only_file(source: str, entity: str, location: Location) -> Found:
    """The register's file as one part. Raises UsageError for a folder of several files."""
    if len(location.files) != 1:
        raise UsageError(f"{location.name} is not one file: name the register's file itself.")
    (file,) = location.files
    return Found([Part(source, entity, stem(Path(file.path).name.removesuffix(".gz")), file.path, (file,))])
