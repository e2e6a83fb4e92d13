"""Invented decisions with their dossiers: a letter that was renewed, and a centre that is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from udsyn.desk.evidence import judging
from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.permissions import actor_of
from udsyn.desk.ops.filling import both, put
from udsyn.desk.rooms.cooperation.models import Agreement, Initiative, WorkPlan
from udsyn.desk.rooms.dossiers import nights, sealing
from udsyn.desk.rooms.posts.models import Centre
from udsyn.record.engine import Record


def live(office: Any, folder: Path, record: Record | None) -> None:
    """Estimate what can be, and decide twice."""
    first, second = (actor_of(office.users[key], office.today) for key in ("officer", "officer2"))
    letter = put(
        Agreement(
            title=both("Samarbejdsbrev (demonstration)", "Letter of cooperation (demonstration)"),
            country=office.countries["US"],
            kind_of="letter",
            state="in_force",
            signed=office.day(-1800),
            starts=office.day(-1800),
            duration="until",
            ends=office.day(30 + 1095),
            renewal="explicit",
            owner=office.officers[0],
            source="invented for the demonstration",
        )
    )
    plan = put(
        WorkPlan(agreement=letter, state="adopted", starts=office.day(-1700), title=both("Arbejdsplan", "Work plan"))
    )
    promised = (
        (("To ophold om året", "Two stays a year"), "completed", -400),
        (("Fælles ph.d.-skole", "Joint doctoral school"), "running", -90),
        (("Fælles opslag", "Joint call"), "dropped", -700),
    )
    for number, (title, state, due) in enumerate(promised, 1):
        put(
            Initiative(
                work_plan=plan, number=number, title=both(*title), owner=office.officers[1], state=state,
                due=office.day(due),
            )
        )  # fmt: skip
    judging.judge_all(folder, nights.scopes(), record)
    kernel.perform(letter, "review", first)
    letter.refresh_from_db()
    reason = "Pairs from the stays have gone on; the school is late, and is asked for again."
    proposal = kernel.perform(letter, "renew", first, reason=reason)
    if proposal is not None:
        kernel.decide(proposal, second, confirm=True)
    seoul = Centre.objects.filter(slug="seoul").first()
    if seoul is not None:
        sealing.decide(
            seoul, "Keep the centre, and look again in two years", first, "Most pairs are too young to tell."
        )
