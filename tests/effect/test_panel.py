"""The panel: undirected, without gaps, from any dataframe."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from udsyn.errors import UsageError
from udsyn.evidence.effect.panel import pair_panel

ROWS = pl.DataFrame(
    {
        "c1": ["DK", "KR", "NA", "DK", "DK"],
        "c2": ["KR", "DK", "SE", "DK", "SE"],
        "year": [2000, 2000, 2002, 2000, 2002],
        "works": [3, 4, 5, 99, 7],
    }
)


def test_both_directions_add_up_and_absent_pairs_are_zero() -> None:
    panel = pair_panel(ROWS, 10)
    assert panel.countries == ("DK", "KR", "NA", "SE")
    assert panel.years.tolist() == [2000, 2001, 2002]
    assert panel.counts[panel.pair("KR", "DK")].tolist() == [7, 0, 0]
    assert panel.counts[panel.pair("NA", "SE")].tolist() == [0, 0, 5]
    assert panel.counts.sum() == 19
    assert len(panel.names) == 6


def test_keeps_the_largest_and_those_asked_about() -> None:
    assert pair_panel(ROWS, 2).countries == ("DK", "SE")
    assert pair_panel(ROWS, 2, always={"NA"}).countries == ("DK", "NA", "SE")


def test_any_dataframe_gives_the_same() -> None:
    arrow = pair_panel(ROWS.to_arrow(), 10)
    np.testing.assert_array_equal(arrow.counts, pair_panel(ROWS, 10).counts)


def test_says_what_is_missing() -> None:
    with pytest.raises(UsageError, match="XX has no joint works"):
        pair_panel(ROWS, 10).pair("DK", "XX")
    with pytest.raises(UsageError, match="no joint works"):
        pair_panel(ROWS, 10, years=(1980, 1990))
