"""Whose turn it is: the order of a round's pack, asked of one application."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from udsyn import packs
from udsyn.desk.kernel.wording import said
from udsyn.desk.rooms.stays.models import Round, StayApplication
from udsyn.packs.guest import Guest
from udsyn.packs.outcomes import Outcome
from udsyn.packs.turns import HOSTS, Act, Turn


def first_act(round_: Round) -> Act:
    return round_.pack.turns[0].does


def turn_of_hosts(round_: Round) -> Turn | None:
    """In which the hosts act; in short missions they do not."""
    return next((turn for turn in round_.pack.turns if turn.does in HOSTS), None)


def done(turn: Turn, row: StayApplication) -> bool:
    """Has whose turn it was acted?"""
    if turn.does == "apply":
        return row.submitted_on is not None
    if turn.does == "nominate":
        return bool(row.nominated_by)
    if turn.does in HOSTS:
        wishes = [wish for wish in row.wishes.all() if wish.host.state != "dropped"]
        return bool(wishes) and all(wish.answer for wish in wishes)
    return row.state in ("placed", "unplaced")


def waits_for(row: StayApplication) -> Turn | None:
    """Whose turn it is; nobody's where the application is done."""
    if row.is_done:
        return None
    return next((turn for turn in row.round.pack.turns if not done(turn, row)), None)


def against(row: StayApplication, act: Act) -> Any:
    """Why it is not yet the turn to do this with an application; nothing where it is, or where nobody has to."""
    turns = row.round.pack.turns
    acts = [turn.does for turn in turns]
    for turn in turns[: acts.index(act)] if act in acts else ():
        if not done(turn, row):
            return _("First: %(turn)s") % {"turn": said(turn.says)}
        if turn.does in HOSTS and not any(wish.answer == "yes" for wish in row.wishes.all()):
            return _("Every host that was asked said no.")
    return None


def case_of(row: StayApplication) -> dict[str, Any]:
    """An application as plain data for its pack. What is not known is not there."""
    stay = Guest(row.first, row.last, row.country.code)
    case: dict[str, Any] = {
        "days": stay.days,
        "months": stay.months,
        "country": row.country.code,
        "companions": row.adults + row.children,
    }
    if row.doctorate_on:
        years = whole_years(row.doctorate_on, row.first)
        case |= {"years_since_doctorate": years, "early_career": years < 8}
    if row.asked is not None:
        currency = row.round.pack.currency or "DKK"
        case["budget"] = [{"kind": "stay", "amount": float(row.asked), "currency": currency}]
    if row.travel is not None:
        case["travel"] = float(row.travel)
    return case


def whole_years(since: dt.date, day: dt.date) -> int:
    return day.year - since.year - ((day.month, day.day) < (since.month, since.day))


def verdicts(row: StayApplication) -> list[packs.Verdict]:
    """What each rule says of it. A rule about money that nobody asks for asks nothing."""
    case, pack = case_of(row), row.round.pack
    silent = {"travel"} if row.travel is None else set()
    silent |= {"budget"} if row.asked is None else set()
    about = {rule.id: rule.cap.sum if rule.cap else rule.condition and rule.condition.value for rule in pack.rules}
    found = packs.judge(pack, case, row.submitted_on or row.first)
    return [one for one in found if one.asked and about[one.rule] not in silent]


def unmet(row: StayApplication) -> list[packs.Verdict]:
    """The rules that are not met or of which nobody knows. One that only cuts the sum is against nobody."""
    cuts = {rule.id for rule in row.round.pack.rules if rule.cuts}
    return [one for one in verdicts(row) if one.outcome is not Outcome.MET and one.rule not in cuts]


def grant(row: StayApplication) -> packs.Granted | None:
    """What may be granted of what is asked for; None where nothing is, or the pack says nothing of it."""
    return None if row.asked is None else packs.granted(row.round.pack, case_of(row), row.submitted_on or row.first)
