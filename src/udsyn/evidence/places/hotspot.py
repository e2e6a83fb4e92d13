"""One hot-spot: what it is strong in, who works there, and its ties with home."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Unpack

import polars as pl

from udsyn.errors import UsageError
from udsyn.evidence.places.chosen import choose
from udsyn.evidence.places.density import haversine_km
from udsyn.evidence.places.hotspots import COLUMNS as FIGURES
from udsyn.evidence.places.hotspots import INTERVALS, POINTS, PRESETS, Settings, describe, label, place
from udsyn.evidence.places.measures import measure
from udsyn.evidence.places.siting import centres
from udsyn.evidence.places.tracking import hotspots_by_year
from udsyn.evidence.question import Parts, Question, ask
from udsyn.evidence.result import Result
from udsyn.record.engine import Place
from udsyn.record.tables import UNITS

LISTED = 10  #: rows of each list

#: Works at the spot: units there, and whether an author elsewhere is of the home country.
INSIDE = """
CREATE OR REPLACE TEMP TABLE inside AS
SELECT parts.work, parts.x, parts.home_works = 1 AS with_home, chosen.field, chosen.ncs
FROM parts JOIN chosen USING (work) WHERE parts.spot = $spot
"""

#: activity index: the field's part of the spot's work over its part of the world's
FIELDS = f"""
WITH world AS (
    SELECT chosen.field, CAST(sum(units) AS DOUBLE) / {UNITS} AS weight
    FROM authorships JOIN chosen USING (work) JOIN spot_of USING (institution) GROUP BY chosen.field
),
here AS (
    SELECT field, sum(x ORDER BY work) AS weight, count(*) FILTER (WHERE with_home) AS home_works
    FROM inside WHERE field IS NOT NULL GROUP BY field
),
names AS (SELECT field, any_value(field_name) AS name FROM topics GROUP BY field)
SELECT
    here.field,
    coalesce(names.name, CAST(here.field AS VARCHAR)) AS name,
    here.weight,
    (here.weight / (SELECT sum(weight) FROM here))
        / (world.weight / (SELECT sum(weight) FROM world)) AS activity_index,
    here.home_works
FROM here JOIN world USING (field) LEFT JOIN names USING (field)
ORDER BY here.weight DESC, here.field
"""  # noqa: S608

INSTITUTIONS = f"""
SELECT institutions.name, country, CAST(sum(units) AS DOUBLE) / {UNITS} AS weight, count(DISTINCT work) AS works
FROM authorships JOIN inside USING (work) JOIN spot_of USING (institution)
JOIN (SELECT institution, name FROM institutions) AS institutions USING (institution)
WHERE spot_of.spot = $spot
GROUP BY institution, institutions.name, country ORDER BY weight DESC, institution LIMIT $limit
"""  # noqa: S608

PEOPLE = """
SELECT 'A' || author AS id, any_value(name) AS name, count(DISTINCT work) AS works
FROM authorships JOIN inside USING (work) JOIN spot_of USING (institution)
WHERE spot_of.spot = $spot AND author NOT IN (SELECT author FROM unnamed)
GROUP BY author ORDER BY works DESC, author LIMIT $limit
"""

FROM_HOME = """
SELECT 'A' || author AS id, any_value(authorships.name) AS name, any_value(institutions.name) AS institution,
    count(DISTINCT work) AS works
FROM authorships JOIN inside USING (work) LEFT JOIN institutions USING (institution)
LEFT JOIN spot_of USING (institution)
WHERE inside.with_home AND authorships.country = $home AND coalesce(spot_of.spot, -1) <> $spot
  AND author NOT IN (SELECT author FROM unnamed)
GROUP BY author ORDER BY works DESC, author LIMIT $limit
"""


def hotspot(
    record: Place,
    id_: str,
    question: Question | str | None = None,
    *,
    settings: Settings = PRESETS["udsyn"],
    **parts: Unpack[Parts],
) -> Result:
    """One hot-spot by the id that `hotspots` gives it: a single row.

    Its figures (the columns of `hotspots`) with `strong_in` (fields by activity index),
    `largest_institutions`, `over_years` (what became of it), `people`, `ties_by_field`, `from_home` (who at home
    already works with it) and `nearest_centre`. People who opted out are left out. Raises UsageError for an id that the
    choice does not have.
    """
    asked = ask("hotspot", question, parts)
    home = asked.home
    with choose(record, asked) as chosen:
        labelled = label(place(chosen.frame(POINTS)), settings)
        spots = measure(chosen, labelled, describe(labelled, settings.weight), home, settings.weight)
        mine = spots.filter(pl.col("id") == id_)
        if mine.is_empty():
            known = ", ".join(spots["id"].head(5).to_list())
            raise UsageError(
                f"no hot-spot {id_} in this choice; the largest are {known}. See `udsyn evidence hotspots`."
            )
        row = mine.row(0, named=True)
        spot = row["spot"]
        chosen.connection.execute(INSIDE, {"spot": spot})
        fields = chosen.frame(FIELDS)
        strong = fields.filter((pl.col("activity_index") > 1) & (pl.col("weight") >= 0.02 * pl.col("weight").sum()))
        ties = fields.filter(pl.col("home_works") > 0).sort(["home_works", "field"], descending=[True, False])
        page: dict[str, Any] = {name: row[name] for name in (*FIGURES, *INTERVALS)}
        page["strong_in"] = strong.sort("activity_index", descending=True).head(LISTED).drop("home_works").to_dicts()
        page["largest_institutions"] = chosen.frame(INSTITUTIONS, spot=spot, limit=LISTED).to_dicts()
        page["over_years"] = over_years(record, id_, row["name"], replace(asked, home=None), settings)
        page["people"] = chosen.frame(PEOPLE, spot=spot, limit=LISTED).to_dicts()
        if home is not None:
            page["ties_by_field"] = ties.select("field", "name", "home_works").head(LISTED).to_dicts()
            page["from_home"] = chosen.frame(FROM_HOME, spot=spot, home=home, limit=LISTED).to_dicts()
            page["nearest_centre"] = nearest_centre(home, row["lat"], row["lon"])
        return Result(pl.DataFrame([page]), chosen.provenance("hot-spots", "fractional (author level)"), chosen.notes)


def over_years(place: Place, id_: str, name: str, asked: Question, settings: Settings) -> list[dict[str, Any]]:
    """Year, event and share of the hot-spot that carries this id, or in its last year this name, in `hotspots_by_year`.

    Empty where the years are too few, or where clusters are not followed (HDBSCAN).
    """
    try:
        rows = hotspots_by_year(place, asked, settings=settings).rows
    except UsageError:
        return []
    ids = rows.filter(pl.col("id") == id_)["id"].to_list() or rows.filter(pl.col("name") == name)["id"].to_list()
    mine = rows.filter(pl.col("id") == ids[-1]) if ids else rows.clear()
    return mine.select("year", "event", "institutions", "share", "change").to_dicts()


def nearest_centre(home: str, lat: float, lon: float) -> dict[str, Any] | None:
    """The nearest of home's centres: name, country, distance_km."""
    away = [(float(haversine_km(lat, lon, site.lat, site.lon)), site) for site in centres(home)]
    if not away:
        return None
    distance, site = min(away, key=lambda pair: pair[0])
    return {"name": site.name, "country": site.country, "distance_km": distance}
