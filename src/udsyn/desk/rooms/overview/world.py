"""The map of the world: country outlines and places in the Equal Earth projection, as SVG paths.

`world.json` holds the outlines of Natural Earth 1:110m (public domain), projected once into a sheet of SIZE; `-` is
land without an ISO code. Projection: Šavrič, Patterson, Jenny (2019), doi:10.1080/13658816.2018.1504949.
"""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path

SIZE = (1000, 440)
A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796
ROOT = math.sqrt(3) / 2
EDGE = math.pi * 1 / (ROOT * A1)  # x of 180° east on the equator
TOP = 1.32  # y where the sheet begins, a little north of Greenland


def place(lon: float, lat: float) -> tuple[float, float]:
    """Where a point lies on the sheet, in its units from the upper left corner."""
    theta = math.asin(ROOT * math.sin(math.radians(lat)))
    square, sixth = theta**2, theta**6
    slope = A1 + 3 * A2 * square + sixth * (7 * A3 + 9 * A4 * square)
    x = math.radians(lon) * math.cos(theta) / (ROOT * slope)
    y = theta * (A1 + A2 * square + sixth * (A3 + A4 * square))
    return round((x + EDGE) / (2 * EDGE) * SIZE[0], 1), round((TOP - y) / (2 * EDGE) * SIZE[0], 1)


@cache
def outlines() -> dict[str, str]:
    """ISO code → outline as SVG path data."""
    found: dict[str, str] = json.loads(Path(__file__).with_name("world.json").read_text())
    return found
