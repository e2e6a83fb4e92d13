"""ROR's register of organisations, JSON lines or its release of one list: coordinates, parents and successors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from udsyn.record.sources.registers import Register

if TYPE_CHECKING:
    import pyarrow as pa

    from udsyn.record.sources.job import Job

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


class Ror(Register):
    """ROR's organisations."""

    def incoming(self, job: Job) -> Iterator[pa.Table]:
        return job.objects(COLUMNS, IDS)


source = Ror("ror", "organisations")
