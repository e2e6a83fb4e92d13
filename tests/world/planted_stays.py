"""Worlds with planted stays as records, made in a second: works and authors straight from the draw, and the truth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from tests.evidence.made_records import write

from udsyn.record.engine import Record
from udsyn.record.tables import AUTHORS, AUTHORSHIPS, WORKS
from udsyn.world import stays
from udsyn.world.setting import AUTHOR_ID, WORK_ID, Planted
from udsyn.world.works import draw

WORLD = 40_000


def made(folder: Path, effect: float, seed: int = 7) -> tuple[Record, dict[str, Any]]:
    """The record, and what stands in FOLDER/stays/truth.json."""
    planted = Planted(stay_works=effect)
    works, visits = stays.plant(draw(WORLD, seed, planted), seed, planted)
    stays.write(folder, works, visits, planted)
    record = Record.create(folder / "record")
    day = works.year.astype(str).astype("datetime64[D]") + works.day
    columns = {"work": WORK_ID + np.arange(WORLD), "date": day, "year": works.year.astype(np.int16)}
    columns |= {"type": np.full(WORLD, "article"), "source": np.full(WORLD, "made")}
    columns |= {"topic": np.ones(WORLD, np.int32), "authors": np.bincount(works.work, minlength=WORLD).astype(np.int32)}
    write(record, WORKS, columns)
    write(record, AUTHORSHIPS, {"work": WORK_ID + works.work, "author": AUTHOR_ID + works.person})
    people = visits.people.ravel()
    write(record, AUTHORS, {"author": AUTHOR_ID + people, "orcid": np.array([stays.orcid(int(p)) for p in people])})
    return record, json.loads((folder / stays.FOLDER / "truth.json").read_bytes())
