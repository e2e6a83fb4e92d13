"""Invented cases of safeguards: each way that one goes, and one in every state."""

from __future__ import annotations

import datetime as dt
from typing import Any

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.permissions import actor_of
from udsyn.desk.rooms.safeguards import commands
from udsyn.desk.rooms.safeguards.models import GUEST, Case

LOOKED_UP = "The loaded lists and the partner's own pages, looked up by the one who asks."


def live(office: Any) -> None:
    """Cases of an attaché and of an officer, decided by the head of division."""
    attache, officer = (actor_of(office.users[name], office.today) for name in ("attache.seoul", "officer2"))
    approver = actor_of(office.users["officer"], office.today)

    def begun(actor: Any, partner: str, code: str, purpose: str, **said: Any) -> Case:
        fields = {"critical": "no", "sanctioned": "no", "dual_use": "no", "evidence": LOOKED_UP}
        fields |= {"field": "Wave energy", **said}
        row = Case(
            partner=partner,
            country=office.countries[code],
            purpose=purpose,
            approver_id=approver.person,
            **fields,
        )
        commands.begin(row, actor)
        for answer in row.answers.filter(answer=""):
            answer.answer = "yes"
            kernel.save(answer, actor)
        return row

    def taken(row: Case, actor: Any, *steps: str) -> Case:
        for step in steps:
            kernel.perform(row, step, actor, reason="Invented for the demonstration.")
        return Case.objects.get(pk=row.pk)

    stay = {"first": office.day(40), "last": office.day(54), "field": "Quantum sensors"}
    begun(attache, "Institute of Tides (demonstration)", "CN", GUEST, **stay)
    taken(begun(attache, "Han River Sensors (demonstration)", "KR", "project", dual_use="unsure"), attache, "ask")
    cleared = begun(officer, "Wave Works (demonstration)", "JP", "project", field="Quantum sensors")
    taken(taken(cleared, officer, "ask"), approver, "clear")
    refused = begun(officer, "Foam Yard (demonstration)", "CN", "project", critical="yes")
    taken(taken(refused, officer, "ask"), approver, "refuse")
    ended = begun(
        officer, "Spray Laboratory (demonstration)", "IN", "project", conditions="Published work only.",
        holds_until=office.day(30),
    )  # fmt: skip
    taken(taken(ended, officer, "ask"), approver, "condition")
    Case.objects.filter(pk=ended.pk).update(holds_until=office.day(-3))
    visit = {"first": office.day(20), "last": office.day(20) + dt.timedelta(days=12)}
    taken(begun(attache, "School of Harbours (demonstration)", "KR", GUEST, **visit), attache, "pass_short")
    taken(begun(officer, "Reed Institute (demonstration)", "US", "travel"), officer, "void")
