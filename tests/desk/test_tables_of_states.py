"""What a table of states says, on a life made by hand: nothing here asks the desk's own tables or its database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db.models import Q

from udsyn.desk.kernel.lifecycle import Lifecycle, State, Transition, has_source, past
from udsyn.desk.kernel.permissions import Nobody

DAY = date(2026, 6, 15)
STAFF, PUBLIC = SimpleNamespace(staff=True), SimpleNamespace(staff=False)


class Staff:
    def allows(self, actor, row):
        return actor.staff


ENDS = past("expired", "expired", ("live",), "ends", instead=True, public="over")
SOON = past("soon", "ends soon", ("live",), "ends", 30)
LIFE = Lifecycle(
    "made",
    (
        State("draft", "Draft"),
        State("checked", "Checked", public="Draft"),
        State("live", "Live", requires=("ends",)),
        State("resting", "Resting", aside=True),
        State("closed", "Closed", done=True),
        State("lost", "Lost", done=True),
    ),
    (
        Transition("close", "Close", ("live", "resting"), "closed", Staff(), needs_reason=True, dangerous=True),
        Transition("rest", "Rest", ("live",), "resting", Staff()),
        Transition("renew", "Renew", ("live",), "live", Staff(), primary=True, needs_second_person=True),
        Transition("watch", "Watch", ("live",), "live", Nobody()),
    ),
    clock=(ENDS, SOON),
    entry=("live",),
    registers=Staff(),
)


def row(state="live", **more):
    return SimpleNamespace(**{"state": state, "ends": None, "source": ""} | more)


@pytest.mark.parametrize(
    ("ends", "expired", "soon"),
    [
        (None, False, False),
        (DAY - timedelta(1), True, True),
        (DAY, False, True),
        (DAY + timedelta(29), False, True),
        (DAY + timedelta(30), False, False),
    ],
)
def test_a_day_is_past_on_the_next(ends, expired, soon):
    assert (ENDS.holds(row(ends=ends), DAY), SOON.holds(row(ends=ends), DAY)) == (expired, soon)
    assert not ENDS.holds(row("closed", ends=ends), DAY)
    said = LIFE.derived(row(ends=ends), DAY)
    assert (said and said.code) == ("expired" if expired else "soon" if soon else None)


def test_of_a_moment_the_local_day_counts():
    """22:30 on the 14th in UTC is the 15th in Copenhagen."""
    late = past("late", "late", ("live",), "ends", moment=True)
    moment = datetime(2026, 6, 14, 22, 30, tzinfo=UTC)
    assert not late.holds(row(ends=moment), DAY)
    assert late.holds(row(ends=moment), DAY + timedelta(1))
    assert late.where(DAY) == Q(state__in=("live",), ends__date__lt=DAY)
    assert ENDS.where(DAY) == Q(state__in=("live",), ends__lt=DAY)
    assert SOON.where(DAY) == Q(state__in=("live",), ends__lt=DAY + timedelta(30))


def test_today_is_meant_where_no_day_is_given():
    yesterday = date.today() - timedelta(2)
    assert LIFE.derived(row(ends=yesterday)).code == "expired"
    assert LIFE.derived(row(ends=date.today() + timedelta(60))) is None
    assert LIFE.on("expired") in {ENDS.where(date.today() - timedelta(n)) for n in (-1, 0, 1)}


def test_a_set_leaves_out_what_the_clock_says_instead():
    assert LIFE.on("expired", DAY) == ENDS.where(DAY)
    assert LIFE.on("soon", DAY) == SOON.where(DAY)
    assert LIFE.on("live", DAY) == Q(state="live") & ~ENDS.where(DAY)


def test_each_reader_reads_their_own_words():
    codes = ["draft", "checked", "live", "resting", "closed", "lost", "expired", "soon"]
    staff = ["Draft", "Checked", "Live", "Resting", "Closed", "Lost", "expired", "ends soon"]
    public = ["Draft", "Draft", "Live", "Resting", "Closed", "Lost", "over", "ends soon"]
    assert LIFE.said(STAFF) == list(zip(codes, staff, strict=True))
    assert LIFE.said(PUBLIC) == list(zip(codes, public, strict=True))


def test_what_is_offered_and_in_which_order():
    def names(state, actor):
        return [step.name for step in LIFE.offered(row(state), actor)]

    assert names("live", STAFF) == ["renew", "rest", "close"]
    assert names("resting", STAFF) == ["close"]
    assert names("draft", STAFF) == ["register_live"]
    assert names("closed", STAFF) == names("live", PUBLIC) == []


def test_what_exists_already_is_registered_by_two_and_from_a_source():
    step = LIFE.transition("register_live")
    assert (step.sources, step.target, step.needs_second_person, step.entry) == (("draft",), "live", True, True)
    assert "Live" in str(step.label)
    assert step.message
    assert step.guard(row(source=" ")) is not None
    assert has_source(row(source="The treaty")) is None
    nobody = Lifecycle("made2", LIFE.states, entry=("live",))
    assert not nobody.transition("register_live").who.allows(STAFF, row())
    assert LIFE.transition("fly") is None


def test_a_step_to_a_state_that_is_none_is_refused():
    for step in (("live",), "flown"), (("flown",), "live"):
        life = Lifecycle("made3", LIFE.states, (Transition("fly", "Fly", *step, Staff()),))
        with pytest.raises(ValueError, match=r"made3: fly names unknown states \['flown'\]"):
            _ = life.transitions


@pytest.mark.parametrize(
    ("state", "actor", "path"),
    [
        ("draft", STAFF, [("Draft", "now"), ("Checked", "after"), ("Live", "after")]),
        ("checked", STAFF, [("Draft", "before"), ("Checked", "now"), ("Live", "after")]),
        ("draft", PUBLIC, [("Draft", "now"), ("Live", "after")]),
        ("checked", PUBLIC, [("Draft", "now"), ("Live", "after")]),
        ("live", PUBLIC, [("Draft", "before"), ("Live", "now")]),
        ("resting", STAFF, [("Draft", "before"), ("Checked", "before"), ("Live", "before"), ("Resting", "now")]),
        ("lost", STAFF, [("Draft", "before"), ("Checked", "before"), ("Live", "before"), ("Lost", "now")]),
    ],
)
def test_where_a_row_stands_on_its_way(state, actor, path):
    assert LIFE.path(row(state), actor) == path


def test_what_the_clock_says_instead_is_where_the_row_stands():
    gone = row(ends=date.today() - timedelta(2))
    assert LIFE.path(gone, STAFF)[-1] == ("expired", "now")
    assert LIFE.path(gone, PUBLIC)[-1] == ("over", "now")
    assert LIFE.path(row(ends=date.today() + timedelta(9)), STAFF)[-1] == ("Live", "now"), "soon is said beside"


def test_states_of_a_life():
    assert (LIFE.initial, LIFE.state("live").label) == ("draft", "Live")
    assert LIFE.choices[0] == ("draft", "Draft")
    assert LIFE.open_states() == ("draft", "checked", "live", "resting")


def test_the_database_is_told_of_states_and_of_what_they_require():
    known, ends = LIFE.constraints("made")
    assert (known.name, ends.name) == ("made_state_known", "made_live_has_ends")
    assert known.condition == Q(state__in=[state.code for state in LIFE.states])
    assert ends.condition == ~Q(state="live") | Q(ends__isnull=False)


def test_the_pages_of_the_documentation():
    drawn = LIFE.mermaid().splitlines()
    assert drawn[:2] == ["stateDiagram-v2", "    [*] --> draft"]
    assert {"    live --> closed: close", "    resting --> closed: close", "    closed --> [*]"} <= set(drawn)
    assert "    live --> [*]" not in drawn
    needs = {name: (sources, target, wanted) for name, sources, target, wanted in LIFE.table()}
    assert needs["close"] == ("live, resting", "closed", "a reason")
    assert needs["rest"] == ("live", "resting", "–")
    assert needs["renew"] == ("live", "live", "a second person, known `ends`")
