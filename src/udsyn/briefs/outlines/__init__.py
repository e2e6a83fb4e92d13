"""Outlines of the world's countries from Natural Earth (public domain), and the two projections that maps use."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import orjson
from numpy.typing import ArrayLike, NDArray

from udsyn.facts import countries

SOURCE = "Natural Earth (public domain), through world-atlas 2.0.2"

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Outline:
    """A country's rings in degrees, each (n, 2) as longitude, latitude; the first ring of a polygon is its outside."""

    country: str | None
    name: str
    polygons: tuple[tuple[Floats, ...], ...]


@cache
def outlines(scale: str) -> tuple[Outline, ...]:
    """All countries at scale "110m" (the world) or "50m" (a region)."""
    topology = orjson.loads(files(__package__).joinpath(f"countries-{scale}.json").read_bytes())
    step, start = np.array(topology["transform"]["scale"]), np.array(topology["transform"]["translate"])
    arcs = [np.cumsum(np.array(arc), axis=0) * step + start for arc in topology["arcs"]]
    found = []
    for shape in topology["objects"]["countries"]["geometries"]:
        several = {"MultiPolygon": shape.get("arcs"), "Polygon": [shape.get("arcs")]}.get(shape["type"]) or []
        polygons = tuple(tuple(whole(ring(arcs, numbers)) for numbers in polygon) for polygon in several)
        found.append(Outline(countries.by_number().get(shape.get("id", "")), shape["properties"]["name"], polygons))
    return tuple(found)


def ring(arcs: list[Floats], numbers: list[int]) -> Floats:
    """A ring of TopoJSON: arcs end to end, ~n being arc n backwards; each arc starts where the last one ended."""
    pieces = [arcs[number] if number >= 0 else arcs[~number][::-1] for number in numbers]
    return np.concatenate([pieces[0], *[piece[1:] for piece in pieces[1:]]])


def whole(points: Floats) -> Floats:
    """A ring that crosses 180° goes on beyond it, on the side where most of it lies, instead of jumping."""
    steps = np.diff(points[:, 0])
    lon = points[0, 0] + np.r_[0, np.cumsum(steps - 360 * np.round(steps / 360))]
    return np.column_stack([lon - 360 * np.round(lon.mean() / 360), points[:, 1]])


class EqualEarth:
    """The whole world, areas true (Šavrič, Patterson & Jenny 2018, doi 10.1080/13658816.2018.1504949)."""

    A = (1.340264, -0.081106, 0.000893, 0.003796)
    cut = True  #: the map has an edge at ±180°

    def __call__(self, lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
        a1, a2, a3, a4 = self.A
        lam, phi = np.radians(np.asarray(lon, dtype=float)), np.radians(np.asarray(lat, dtype=float))
        t = np.arcsin(math.sqrt(3) / 2 * np.sin(phi))
        slope = 9 * a4 * t**8 + 7 * a3 * t**6 + 3 * a2 * t**2 + a1
        return 2 * math.sqrt(3) * lam * np.cos(t) / (3 * slope), a4 * t**9 + a3 * t**7 + a2 * t**3 + a1 * t


@dataclass(frozen=True)
class Azimuthal:
    """A region seen from above its middle, areas true (Lambert); any place on Earth can be the middle."""

    lat: float
    lon: float
    cut = False

    def __call__(self, lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
        lam = np.radians(np.asarray(lon, dtype=float) - self.lon)
        phi, phi0 = np.radians(np.asarray(lat, dtype=float)), math.radians(self.lat)
        away = math.sin(phi0) * np.sin(phi) + math.cos(phi0) * np.cos(phi) * np.cos(lam)
        k = np.sqrt(2 / np.maximum(1 + away, 1e-6))
        x = k * np.cos(phi) * np.sin(lam)
        return x, k * (math.cos(phi0) * np.sin(phi) - math.sin(phi0) * np.cos(phi) * np.cos(lam))
