"""Likely duplicates among many: nearly all are found, and the work never grows with the square of the names."""

from __future__ import annotations

import random

import pytest
from rapidfuzz import fuzz, process

from udsyn.desk.rooms.parties import commands

LETTERS = "abcdefghijklmnoprstuvy"


def made(count, seed):
    """Names of people, a twentieth of them written again with one slip."""
    rng = random.Random(seed)

    def word(shortest, longest):
        return "".join(rng.choice(LETTERS) for _ in range(rng.randint(shortest, longest)))

    given, family = [word(3, 8) for _ in range(100)], [word(4, 11) for _ in range(count)]
    names = [f"{rng.choice(given)} {rng.choice(family)}" for _ in range(count)]
    return names + [slip(rng, rng.choice(names)) for _ in range(count // 20)]


def slip(rng, name):
    """One letter too many, too few, wrong, or changed with its neighbour."""
    at, letter = rng.randrange(len(name) - 1), rng.choice(LETTERS)
    swapped = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    more, less = name[:at] + letter + name[at:], name[:at] + name[at + 1 :]
    return rng.choice([more, less, name[:at] + letter + name[at + 1 :], swapped])


def test_nearly_all_that_comparing_everybody_finds_is_found():
    names = made(1500, 4)
    found = {(i, j) for i, j, _score in commands.near(names)}
    wanted = {
        (i, i + 1 + j)
        for i, name in enumerate(names)
        for _name, _score, j in process.extract(
            name, names[i + 1 :], scorer=fuzz.token_sort_ratio, score_cutoff=commands.LIKELY, limit=None
        )
    }
    assert len(wanted) > 40
    assert len(found & wanted) >= 0.9 * len(wanted)
    assert found <= wanted


ALIKE = [lambda n: made(n, 5), lambda n: ["anna holm"] * n, lambda n: ["anna", "holm"] * (n // 2)]


@pytest.mark.parametrize("names", ALIKE)
def test_the_work_grows_with_the_names_and_not_with_their_square(names, monkeypatch):
    compared = []
    monkeypatch.setattr(commands.fuzz, "ratio", lambda a, b, **more: compared.append(a) or 0)
    work = []
    for count in (500, 2000):
        compared.clear()
        list(commands.near(names(count)))
        work.append(len(compared) / count)
    assert work[1] <= max(1.5 * work[0], commands.NEIGHBOURS * 6)


def test_no_names_and_one_name():
    assert list(commands.near([])) == list(commands.near(["", "anna"])) == []
