"""ROR's register of organisations, JSON lines or its release of one list: coordinates, parents and successors."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Literal

from udsyn.record.sources.location import Location
from udsyn.record.sources.part import Part
from udsyn.record.sources.registers import only_file
from udsyn.record.sources.source import Found
from udsyn.record.statements import statement

if TYPE_CHECKING:
    import pyarrow as pa

    from udsyn.record.sources.job import Asked, Job

TABLE = "organisations"
IDS = "^https://ror.org/[0-9a-z]+$"
#: What ROR's versions 1 (name, aliases, labels, country, addresses) and 2 (names, locations) say, and tables made
#: flat of either.
COLUMNS: Mapping[str, str] = {
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


class Ror:
    """ROR's organisations."""

    name = "ror"
    kind: Literal["works", "register"] = "register"
    speaks = (TABLE,)
    counts = (TABLE,)
    flattens = None

    def find(self, location: Location, only: Collection[str]) -> Found | None:
        return only_file(self.name, TABLE, location)

    def tables(self, part: Part, asked: Asked) -> tuple[str, ...]:
        return (TABLE,)

    def statement(self, table: str) -> str:
        return statement(f"ror_{table}")

    def incoming(self, job: Job) -> Iterator[pa.Table]:
        return job.objects(COLUMNS, IDS)


source = Ror()
