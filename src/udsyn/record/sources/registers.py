"""Registers that come as one file: ROR's organisations (JSON lines) and CORDIS's project participations (CSV)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from udsyn.errors import UdsynError, UsageError
from udsyn.record.sources.location import Location
from udsyn.record.sources.openalex import stem
from udsyn.record.sources.part import Part

ROR, CORDIS = "ror", "cordis"
#: register → the table that it fills
FILLS = {ROR: "organisations", CORDIS: "participations"}

#: What ROR's versions 1 (name, aliases, labels, country, addresses) and 2 (names, locations) say, and tables made
#: flat of either.
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
    "names": "STRUCT(value VARCHAR, types VARCHAR[])[]",
    "aliases": "VARCHAR[]",
    "labels": "JSON",
    "country": "JSON",
    "addresses": "STRUCT(city VARCHAR, lat DOUBLE, lng DOUBLE)[]",
    "locations": "STRUCT(geonames_details STRUCT(country_code VARCHAR, name VARCHAR, lat DOUBLE, lng DOUBLE))[]",
}
#: What a participation has, and how CORDIS's own table of organisations and tables made of it call it, best first.
CORDIS_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "rcn": ("projectID", "project_id", "rcn"),
    "role": ("role",),
    "pic": ("organisationID", "organizationID", "pic"),
    "type": ("activityType", "type"),
    "contribution": ("ecContribution", "contribution"),
    "country": ("country",),
    "start_date": ("startDate", "start_date"),
    "end_date": ("endDate", "end_date"),
}
#: Columns of a participation without which it says nothing.
NEEDED = ("rcn", "pic", "country")


def cordis_columns(header: list[str], path: str) -> dict[str, str | None]:
    """What a participation has → the file's column, None where it has none. Raises UdsynError for another table."""
    found = {ours: next((name for name in names if name in header), None) for ours, names in CORDIS_COLUMNS.items()}
    missing = [CORDIS_COLUMNS[ours][0] for ours in NEEDED if found[ours] is None]
    if missing:
        raise UdsynError(
            f"{path} is not CORDIS's table of participations: it has no column {missing[0]}, but "
            f"{', '.join(header[:8])}. It is called organization.csv in CORDIS's downloads."
        )
    return found


def part(register: str, location: Location) -> Part:
    """The register's file as one part. Raises UsageError for a folder of several files."""
    if len(location.files) != 1:
        raise UsageError(f"{location.name} is not one file: name the register's file itself.")
    (file,) = location.files
    return Part(register, FILLS[register], stem(Path(file.path).name.removesuffix(".gz")), file.path, (file,))
