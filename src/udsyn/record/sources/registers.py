"""Registers that come as one file: ROR's organisations (JSON lines) and CORDIS's project participations (CSV)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from udsyn.errors import UsageError
from udsyn.record.sources.location import Location
from udsyn.record.sources.openalex import stem
from udsyn.record.sources.part import Part

ROR, CORDIS = "ror", "cordis"
#: register → the table that it fills
FILLS = {ROR: "organisations", CORDIS: "participations"}

#: One shape for ROR's versions 1 and 2.
ROR_COLUMNS: Mapping[str, str] = {
    "id": "VARCHAR",
    "name": "VARCHAR",
    "country_code": "VARCHAR",
    "city": "VARCHAR",
    "lat": "DOUBLE",
    "lng": "DOUBLE",
    "types": "VARCHAR[]",
    "status": "VARCHAR",
    "relationships": "STRUCT(type VARCHAR, id VARCHAR)[]",
}
CORDIS_COLUMNS = ("rcn", "role", "pic", "type", "contribution", "country", "start_date", "end_date")


def part(register: str, location: Location) -> Part:
    """The register's file as one part. Raises UsageError for a folder of several files."""
    if len(location.files) != 1:
        raise UsageError(f"{location.name} is not one file: name the register's file itself.")
    (file,) = location.files
    return Part(register, FILLS[register], stem(Path(file.path).name.removesuffix(".gz")), file.path, (file,))
