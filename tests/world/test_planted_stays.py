"""Stays in the generated world: only the pairs' own works are theirs, and the effect is found or not as planted."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from tests.world.planted_stays import made

from udsyn.evidence.effect.instruments import Row, instrument_effect
from udsyn.world import stays
from udsyn.world.setting import Planted
from udsyn.world.works import Works, draw

SEEDS = (1, 2, 4)


def countries_of(works: Works) -> set[tuple[int, int, int]]:
    """Work, country, and how many of its authors are there."""
    rows = np.column_stack([works.work, works.people.country[works.person]])
    which, many = np.unique(rows, axis=0, return_counts=True)
    return {(int(work), int(country), int(number)) for (work, country), number in zip(which, many, strict=True)}


def test_what_countries_write_stays_as_it_was_drawn() -> None:
    before = draw(6_000, 3, Planted())
    after, visits = stays.plant(before, 3, Planted())
    assert countries_of(before) == countries_of(after)
    changed = before.person != after.person
    assert 0 < changed.sum() < 0.05 * len(changed)
    assert set(after.person[changed].tolist()) <= set(visits.people.ravel().tolist())
    together = after.work[np.isin(after.person, visits.people[:, 0])]
    assert np.array_equal(np.sort(together), np.sort(after.work[np.isin(after.person, visits.people[:, 1])]))
    assert len(np.unique(together)) == len(together)


def judged(folder: Path, effect: float, seed: int) -> Row:
    record, _ = made(folder, effect, seed)
    (row,) = instrument_effect(record, folder / stays.FOLDER / "ledger.csv", "stays", placebos=0).rows
    return row


@pytest.mark.parametrize("effect", [1.5, 0.0])
def test_the_interval_holds_what_was_planted(tmp_path: Path, effect: float) -> None:
    """A 95 % interval may miss once; an effect this large is told from chance, and nothing where there is none."""
    rows = [judged(tmp_path / str(seed), effect, seed) for seed in SEEDS]
    held = [row.low is not None and row.high is not None and row.low <= effect <= row.high for row in rows]
    told = [row.low is not None and row.high is not None and (row.low > 0 or row.high < 0) for row in rows]
    assert sum(held) >= len(SEEDS) - 1
    assert sum(told) >= len(SEEDS) - 1 if effect else sum(told) <= 1


def test_ids_of_guests_and_hosts_have_the_check_digit_of_orcid_and_are_none_of_theirs(tmp_path: Path) -> None:
    made(tmp_path, 1.5)
    with (tmp_path / stays.FOLDER / "stays.csv").open(encoding="utf-8") as file:
        given = [row[name] for row in csv.DictReader(file) for name in ("The guest's ORCID", "The host's ORCID")]
    assert len(set(given)) == len(given) == 2 * sum(stays.PAIRS.values())
    for one in given:
        digits = [10 if sign == "X" else int(sign) for sign in one.replace("-", "")]
        assert sum(digit * 2**place for place, digit in enumerate(reversed(digits))) % 11 == 1
        assert one.startswith("0000-0000-")
