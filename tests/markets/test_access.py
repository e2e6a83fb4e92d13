"""Who may bid where: dated facts, the notice's own word, and no more certainty than there is."""

from __future__ import annotations

import datetime as dt

import pytest

from udsyn.evidence.markets.access import may_bid

DAY = dt.date(2026, 3, 2)


@pytest.mark.parametrize(
    ("buyer", "gpa", "verdict", "reason"),
    [
        ("DK", None, "may", "at home"),
        ("DE", None, "may", "internal market"),
        ("NO", None, "may", "internal market"),
        ("KR", None, "read_text", "only the text says"),
        ("KR", True, "may", "the notice says"),
        ("US", False, "read_text", "does not cover it"),
        ("GB", None, "read_text", "parties"),
        ("VN", None, "read_text", "chapter on government procurement"),
        ("BR", None, "no_right", "BR is not a party"),
        ("BR", True, "no_right", "BR is not a party"),
        ("IN", None, "no_right", "read the text"),
        ("CN", None, "no_right", "read the text"),
        ("TR", None, "no_right", "read the text"),
        ("ZA", None, "no_right", "read the text"),
        (None, True, "read_text", "does not say"),
    ],
)
def test_a_danish_firm(buyer: str | None, gpa: bool | None, verdict: str, reason: str) -> None:
    found = may_bid("DK", buyer, DAY, gpa=gpa)
    assert found.verdict == verdict
    assert reason in found.reason


def test_facts_have_dates() -> None:
    assert may_bid("DK", "KR", dt.date(1996, 6, 1)).verdict == "no_right"
    assert may_bid("DK", "KR", dt.date(1997, 1, 1)).verdict == "read_text"
    assert may_bid("DK", "GB", dt.date(2019, 6, 1)).verdict == "may"
    assert may_bid("DK", "HR", dt.date(2013, 6, 30)).verdict == "no_right"
    assert may_bid("DK", "HR", dt.date(2013, 7, 1)).verdict == "may"


def test_thresholds_are_of_their_years_and_currency() -> None:
    low = {"value": 100_000.0, "currency": "EUR", "nature": "supplies"}
    assert "below the threshold of 140,000 EUR" in may_bid("KR", "DK", DAY, **low).reason
    assert "below the threshold of 143,000 EUR" in may_bid("KR", "DK", dt.date(2025, 3, 2), **low).reason
    assert "only the text" in may_bid("KR", "DK", dt.date(2031, 3, 2), **low).reason, "no threshold is held for 2031"
    assert "only the text" in may_bid("KR", "DK", DAY, **low | {"currency": "DKK"}).reason
    assert "5,404,000" in may_bid("KR", "DK", DAY, value=5e6, currency="EUR", nature="works").reason
    assert "only the text" in may_bid("KR", "DK", DAY, value=200_000.0, currency="EUR").reason, "a city's is higher"
