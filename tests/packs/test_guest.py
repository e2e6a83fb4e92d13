"""A guest's stay: days and months at their edges, screening first, no invitation before approval."""

from __future__ import annotations

import datetime as dt

import pytest

from udsyn import packs
from udsyn.packs import guest
from udsyn.packs.guest import Guest

DAY = dt.date(2026, 11, 27)
PACK = packs.load("guest-security", on=DAY)
FIRST = dt.date(2027, 3, 1)
D13, D14, D15 = (FIRST + dt.timedelta(days=days - 1) for days in (13, 14, 15))
M6, M6_AND_A_DAY, M7 = dt.date(2027, 8, 31), dt.date(2027, 9, 1), dt.date(2027, 9, 30)


@pytest.mark.parametrize(
    ("last", "country", "done", "step", "lacks"),
    [
        (D13, "CN", {}, "invitation", []),
        (D14, "IR", {}, "arrival", []),
        (D15, "CN", {}, "interview", ["screening"]),
        (D15, "CN", {"screened": True}, "interview", []),
        (D15, "CN", {"screened": True}, "invitation", ["approval"]),
        (D15, "CN", {"approved": True}, "invitation", ["screening"]),
        (D15, "CN", {"screened": True, "approved": True}, "invitation", []),
        (D15, "CN", {"screened": False, "approved": True}, "arrival", ["screening"]),
        (D15, "KR", {}, "interview", []),
        (D15, "KR", {}, "invitation", ["approval"]),
        (D15, "KR", {"approved": False}, "invitation", ["approval"]),
        (D15, None, {"approved": True}, "invitation", ["screening"]),
        (M6, "KR", {"approved": True}, "invitation", []),
        (M6_AND_A_DAY, "KR", {"approved": True}, "invitation", ["head"]),
        (M7, "KR", {"approved": True}, "invitation", ["head"]),
        (M7, "KR", {"approved": True, "approved_by_head": True}, "invitation", []),
        (M7, "RU", {"approved": True, "approved_by_head": True}, "arrival", ["screening"]),
        (M7, "RU", {}, "invitation", ["screening", "approval", "head"]),
    ],
)
def test_what_a_stay_lacks_before_a_step(last, country, done, step, lacks):
    stay = Guest(FIRST, last, country, **done)
    found = guest.verdicts(PACK, stay, step, DAY)
    assert [verdict.rule for verdict in found if verdict.outcome is not packs.Outcome.MET] == lacks
    assert guest.may(PACK, stay, step, DAY) == (lacks == [])
    assert all(verdict.clause and verdict.source for verdict in found)


def test_days_and_begun_months():
    spans = {D13: (13, 1), D14: (14, 1), D15: (15, 1), M6: (184, 6), M6_AND_A_DAY: (185, 7), M7: (214, 7)}
    assert {last: (Guest(FIRST, last, "KR").days, Guest(FIRST, last, "KR").months) for last in spans} == spans
    assert [guest.is_short(PACK, Guest(FIRST, last, "KR")) for last in (D13, D14, D15)] == [True, True, False]
