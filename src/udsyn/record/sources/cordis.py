"""CORDIS's participations in the EU's framework programmes: project, organisation, country. CSV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from udsyn.errors import UdsynError
from udsyn.facts import countries
from udsyn.record.parser import first_line
from udsyn.record.sources.registers import Register

if TYPE_CHECKING:
    from udsyn.record.sources.job import Job

#: What a participation has, and how CORDIS's own table of organisations and tables made of it call it, best first.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "rcn": ("projectID", "project_id", "rcn"),
    "role": ("role",),
    "pic": ("organisationID", "organizationID", "pic"),
    "name": ("name",),
    "type": ("activityType", "type"),
    "contribution": ("ecContribution", "contribution"),
    "country": ("country",),
    "start_date": ("startDate", "start_date"),
    "end_date": ("endDate", "end_date"),
}
#: Columns of a participation without which it says nothing.
NEEDED = ("rcn", "pic", "country")


class Cordis(Register):
    """CORDIS's participations."""

    def incoming(self, job: Job) -> Iterator[pa.Table]:
        """The file's rows under our names, and in a view `labels` the country of each label that stands in them."""
        path, table = job.part.path, "read_csv($path, all_varchar = true, nullstr = '', null_padding = true)"
        try:
            columns = columns_of(job.connection.sql(f"FROM {table}", params={"path": path}).columns, path)
            listed = ", ".join(f'"{name}" AS {ours}' if name else f"NULL AS {ours}" for ours, name in columns.items())
            rows = job.connection.sql(
                f"SELECT row_number() OVER () AS line, {listed} FROM {table}",  # noqa: S608
                params={"path": path},
            ).to_arrow_table()
        except duckdb.Error as error:
            raise UdsynError(f"{path} is not CORDIS's table ({first_line(error)}).") from None
        found = rows["country"].unique().drop_null().to_pylist()
        resolved = pa.array([countries.resolve(label) for label in found], pa.string())
        job.connection.register("labels", pa.table({"label": pa.array(found, pa.string()), "iso2": resolved}))
        yield rows


def columns_of(header: list[str], path: str) -> dict[str, str | None]:
    """What a participation has → the file's column, None where it has none. Raises UdsynError for another table."""
    found = {ours: next((name for name in names if name in header), None) for ours, names in COLUMNS.items()}
    missing = [COLUMNS[ours][0] for ours in NEEDED if found[ours] is None]
    if missing:
        raise UdsynError(
            f"{path} is not CORDIS's table of participations: it has no column {missing[0]}, but "
            f"{', '.join(header[:8])}. It is called organization.csv in CORDIS's downloads."
        )
    return found


source = Cordis("cordis", "participations")
