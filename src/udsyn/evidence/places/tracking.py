"""Hot-spots over the years: which one is which, and what became of it.

Each year's hot-spots are those of the window of years that ends with it. A hot-spot of this year continues those of
last year that mostly went into it, or that it mostly came from (half of the weight, by institutions that both hold).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack

import numpy as np
import polars as pl
from numpy.typing import NDArray

from udsyn.errors import NotHeld, UsageError
from udsyn.evidence.places.chosen import choose
from udsyn.evidence.places.density import NOISE, dbscan
from udsyn.evidence.places.hotspots import PRESETS, Settings, describe, place, unused
from udsyn.evidence.places.kept import kept
from udsyn.evidence.question import Parts, Question, ask
from udsyn.evidence.result import Result
from udsyn.record.engine import Place
from udsyn.record.tables import UNITS

COLUMNS = ("year", "id", "name", "event", "parents", "countries", "institutions", "weight", "share", "change")

#: share changes by more than this part to be called grown or shrunk
NOTABLE = 0.1 + 1e-12  #: a tenth, as a computer divides

POINT_YEARS = f"""
SELECT
    institution,
    chosen.year,
    CAST(sum(units) AS DOUBLE) / {UNITS} AS fractional,
    CAST(sum(CAST(units AS HUGEINT) * chosen.authors) AS DOUBLE) / {UNITS} AS listings,
    any_value(institutions.country) AS country,
    any_value(institutions.city) AS city,
    any_value(institutions.lat) AS lat,
    any_value(institutions.lon) AS lon
FROM authorships JOIN chosen USING (work) LEFT JOIN institutions USING (institution)
WHERE institution IS NOT NULL
GROUP BY institution, chosen.year ORDER BY institution, chosen.year
"""  # noqa: S608


@dataclass(frozen=True)
class Step:
    """What became of one cluster: its identity, event, and the identities that it continues."""

    id: int
    event: str
    parents: tuple[int, ...]


def track(labels: NDArray[np.int64], weights: NDArray[np.float64]) -> list[dict[int, Step]]:
    """Identities over the years.

    labels, weights  (n, years): cluster of each institution (-1 for none) and its weight in each year.
    Returns for each year cluster → Step. Events: born, merged (two or more went into it), split (the largest heir of
    one that fell apart), split off (its other heirs), grown, shrunk, steady, by share of the year's weight; and gone,
    under the key -2 - identity, in the first year without it.
    """
    years: list[dict[int, Step]] = []
    alive: dict[int, int] = {}
    born = 0
    for year in range(labels.shape[1]):
        now, here = labels[:, year], weights[:, year]
        total = np.bincount(now[now >= 0], here[now >= 0])
        if year == 0:
            steps = {cluster: Step(cluster, "born", ()) for cluster in range(len(total))}
            born = len(total)
        else:
            before, there = labels[:, year - 1], weights[:, year - 1]
            old = np.bincount(before[before >= 0], there[before >= 0])
            went, came = flows(before, now, there, len(old), len(total)), flows(before, now, here, len(old), len(total))
            into = went >= 0.5 * old[:, None]
            kin = into | (came >= 0.5 * total[None, :])
            steps = {}
            # Heaviest first: the main heir keeps the identity.
            for cluster in np.argsort(-total, kind="stable"):
                parents = np.flatnonzero(kin[:, cluster])
                if not len(parents):
                    steps[int(cluster)], born = Step(born, "born", ()), born + 1
                    continue
                first = int(parents[np.argmax(went[parents, cluster])])
                identities = tuple(sorted(alive[int(parent)] for parent in parents))
                taken = any(step.id == alive[first] for step in steps.values())
                if taken:
                    steps[int(cluster)], born = Step(born, "split off", identities), born + 1
                    continue
                if into[:, cluster].sum() >= 2:
                    event = "merged"
                elif kin[first].sum() >= 2:
                    event = "split"
                else:
                    change = total[cluster] / here.sum() / (old[first] / there.sum()) - 1
                    event = "steady" if abs(change) <= NOTABLE else "grown" if change > 0 else "shrunk"
                steps[int(cluster)] = Step(alive[first], event, identities)
            passed = {parent for step in steps.values() for parent in step.parents}
            for identity in set(alive.values()) - passed - {step.id for step in steps.values()}:
                steps[-2 - identity] = Step(identity, "gone", (identity,))
        alive = {cluster: step.id for cluster, step in steps.items() if cluster >= 0}
        years.append(steps)
    return years


def flows(
    before: NDArray[np.int64], now: NDArray[np.int64], weight: NDArray[np.float64], old: int, new: int
) -> NDArray[np.float64]:
    """Weight that lies in each pair of an old and a new cluster, shape (old, new)."""
    both = (before >= 0) & (now >= 0)
    summed = np.bincount(before[both] * new + now[both], weight[both].astype(np.float64), minlength=old * new)
    return summed.astype(np.float64).reshape(old, new)


def hotspots_by_year(
    record: Place,
    question: Question | str | None = None,
    *,
    settings: Settings = PRESETS["udsyn"],
    window: int = 3,
    **parts: Unpack[Parts],
) -> Result:
    """The hot-spots of every year with their identity.

    Rows (COLUMNS): a row per hot-spot and year, the year being the last of a window of `window` complete years; event
    and parents as in `track`, or returned for one that was gone and is back; change is that of the share against the
    year before (null when born or gone).
    """
    if settings.method != "dbscan" or settings.merge > 0:
        raise UsageError("hot-spots are followed over years with --method dbscan and without --merge only.")
    asked = ask("hotspots_by_year", question, parts)
    key = asked, settings, window
    return kept(record, "by-year", key, lambda held: found_by_year(held, asked, settings, window))


def found_by_year(record: Place, asked: Question, settings: Settings, window: int) -> Result:
    """`hotspots_by_year` from the works."""
    with choose(record, asked) as chosen:
        cells = chosen.frame(POINT_YEARS).filter(pl.col("year") <= chosen.last_complete_year)
        if cells.is_empty():
            raise NotHeld("no institution of these works is known in a complete year.")
        points = place(cells.unique("institution", keep="first", maintain_order=True))
        points = points.filter(pl.col("lat").is_not_null()).sort("institution")
        provenance, notes = chosen.provenance("hot-spots", "fractional (author level)"), chosen.notes
    ends, weights = rolled(cells, points, settings.weight, window)
    lat, lon = points["lat"].to_numpy(), points["lon"].to_numpy()
    total = weights.sum(axis=0)
    least = np.array([settings.least(float(world)) for world in total])
    labels = dbscan(lat, lon, weights, radius=settings.radius, minimum=least).labels
    rows = tell(points, ends, labels, weights, track(labels, weights))
    return Result(pl.DataFrame(rows, infer_schema_length=None).select(COLUMNS), provenance, notes)


def rolled(
    cells: pl.DataFrame, points: pl.DataFrame, weight: str, window: int
) -> tuple[Sequence[int], NDArray[np.float64]]:
    """The last years of all whole windows, and the weight of each point in each window."""
    first, last = int(cells["year"].min()), int(cells["year"].max())  # type: ignore[arg-type]
    if last - first + 1 < window:
        raise NotHeld(f"the works span {last - first + 1} years, fewer than the window of {window}.")
    row = dict(zip(points["institution"], range(points.height), strict=True))
    table = np.zeros((points.height, last - first + 1))
    for institution, year, value in cells.select("institution", "year", weight).iter_rows():
        if institution in row:
            table[row[institution], year - first] = value
    running = np.cumsum(np.column_stack([np.zeros(points.height), table]), axis=1)
    summed = running[:, window:] - running[:, :-window]
    keep = summed.sum(axis=0) > 0
    ends = [year for year, kept in zip(range(first + window - 1, last + 1), keep, strict=True) if kept]
    return ends, np.maximum(summed[:, keep], 0.0)


def tell(
    points: pl.DataFrame,
    ends: Sequence[int],
    labels: NDArray[np.int64],
    weights: NDArray[np.float64],
    steps: list[dict[int, Step]],
) -> list[dict[str, object]]:
    """The rows of `hotspots_by_year`; an identity keeps the id it was born with, and its name of the year."""
    called: dict[int, str] = {}
    names: dict[int, str] = {}
    taken: set[str] = set()
    shares: dict[int, float] = {}
    rows: list[dict[str, object]] = []
    for number, year in enumerate(ends):
        spots = points.with_columns(spot=pl.Series(labels[:, number]), now=pl.Series(weights[:, number]))
        described = {row["spot"]: row for row in describe(spots, "now").iter_rows(named=True)}
        inside = labels[:, number] != NOISE
        total = np.bincount(labels[inside, number], weights[inside, number])
        world = weights[:, number].sum()
        before, shares = shares, {}
        alive = {called[step.id] for cluster, step in steps[number].items() if step.id in called and cluster >= 0}
        for cluster, step in sorted(steps[number].items(), key=lambda item: (item[0] < 0, item[0])):
            about = described.get(cluster, {})
            event = step.event
            if step.id not in called:
                # A hot-spot that fell below the minimum for some years and is back is the same hot-spot.
                back = event == "born" and about["id"] in taken - alive
                called[step.id] = str(about["id"]) if back else unused(str(about["id"]), taken)
                event = "returned" if back else event
                alive.add(called[step.id])
            names[step.id] = str(about.get("name", names.get(step.id)))
            gone = cluster < 0
            share = 0.0 if gone else float(total[cluster] / world)
            shares[step.id] = share
            rows.append(
                {
                    "year": year,
                    "id": called[step.id],
                    "name": names[step.id],
                    "event": event,
                    "parents": ",".join(called[parent] for parent in step.parents if parent != step.id),
                    "countries": about.get("countries"),
                    "institutions": about.get("institutions", 0),
                    "weight": 0.0 if gone else float(total[cluster]),
                    "share": share,
                    "change": share / before[step.id] - 1 if step.id in before and not gone else None,
                }
            )
    return rows
