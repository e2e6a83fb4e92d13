"""Which technology offers answer a request: rules of countries first, then text, classes and stage, with reasons."""

from __future__ import annotations

import pytest

from udsyn.evidence.technology.offers import CLASS, OFFER, REQUEST, STAGE, Profile, match, nearness

WANTED = Profile(
    1, REQUEST, "Electrolysis cells", "cells for steam electrolysis", "KR", frozenset({"DK"}), ("C25B9",), "prototype"
)


def offer(key, title="A dry powder for bread", text="", country="DK", looks_for=(), classes=(), stage=None):
    return Profile(key, OFFER, title, text, country, frozenset(looks_for), classes, stage)


def test_countries_are_rules_for_both_sides():
    able = offer(2, "Steam electrolysis cells", looks_for=("KR",))
    others = [
        offer(3, "Steam electrolysis cells", country="SE"),
        offer(4, "Steam electrolysis cells", looks_for=("JP",)),
        Profile(5, REQUEST, "Steam electrolysis cells", "", "DK"),
        offer(6),
    ]
    assert [found.key for found in match(WANTED, [able, *others])] == [2]
    assert match(WANTED, [able])[0].country
    assert not match(WANTED, []), "nothing offered"


def test_classes_and_stage_add_up_and_are_reasons():
    near = offer(2, classes=("C25B9/23",), stage="market")
    far = offer(3, classes=("C25B1/04",), stage="idea")
    other = offer(4, classes=("C25D1/00",))
    found = {one.key: one for one in match(WANTED, [other, far, near])}
    assert list(found) == [2, 3, 4], "the nearest first"
    assert found[2].score == pytest.approx(CLASS["group"] + STAGE)
    assert found[2].classes == (("C25B9", "C25B9/23", "group"),)
    assert (found[2].stage, found[3].stage, found[4].stage) == (True, False, None)
    assert found[3].score == pytest.approx(CLASS["subclass"])


def test_words_are_reasons_and_no_word_and_no_class_is_no_match():
    (found,) = match(WANTED, [offer(2, "Cells for electrolysis of steam"), offer(3, stage="market")])
    assert found.key == 2
    assert "electrolysis" in " ".join(found.terms)
    assert 0 < found.score <= 1


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        ("C25B9/23", "C25B9/04", "group"),
        ("C25B9", "C25B91/04", "subclass"),
        ("C25B", "C25B", "subclass"),
        ("C25B1", "C25D1", "class"),
        ("C25B", "H01M", None),
    ],
)
def test_the_narrowest_that_two_symbols_share(one, other, how):
    assert nearness(one, other) == nearness(other, one) == how
