"""An invented ledger of de minimis aid: in every state, with undertakings that are one, a merger and a split."""

from __future__ import annotations

from typing import Any

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.models import Proposal
from udsyn.desk.kernel.permissions import actor_of
from udsyn.desk.rooms.aid.models import Aid, AidLink, Reshaping
from udsyn.desk.rooms.parties.models import Organisation

SAYS = "Invented for the demonstration."
#: what the register asks of an entry
ASKED = {"sector": "72.19", "authority": "Agency of networks (demonstration)"}


def live(office: Any) -> None:
    """Three companies of the demonstration, two that became one of them, and a holding."""
    officer, second = (actor_of(office.users[key], office.today) for key in ("officer", "officer2"))
    vindlys, havtang, kvantum = (
        Organisation.objects.get(name=name) for name in ("Vindlys Energy", "Havtang Biotech", "Kvantum Instruments")
    )

    def company(name: str) -> Organisation:
        return kernel.save(
            Organisation(name=f"{name} (demonstration)", kind_of="company", country=office.countries["DK"]), officer
        )

    holding, before, part = company("Vindlys Holding"), company("Tangværk"), company("Kvantum Optics")

    def aid(whom: Organisation, amount: int, days: int | None, *steps: str, **more: Any) -> Aid:
        day = None if days is None else office.day(days)
        row = Aid(undertaking=whom, amount=amount, granted_on=day, keeper_id=officer.person, **ASKED | more)
        kernel.save(row, officer)
        for step in steps:
            kernel.perform(row, step, officer, reason=SAYS)
        return Aid.objects.get(pk=row.pk)

    aid(vindlys, 120_000, -900, "grant", "register", number="10000001", entry="DEMO-1")
    aid(holding, 90_000, -200, "declare", authority="Another authority (demonstration)")
    aid(vindlys, 60_000, -4, "grant", number="10000001")
    aid(havtang, 45_000, -45, "grant")
    aid(before, 80_000, -500, "declare")
    aid(kvantum, 100_000, -700, "grant", "register", number="10000003", entry="DEMO-2")
    aid(kvantum, 25_000, None, regulation="de-minimis-services")
    aid(part, 10_000, None, "drop")
    returned = aid(havtang, 15_000, -300, "grant", "register", number="10000002", entry="DEMO-3")
    kernel.perform(returned, "revoke", officer, reason=SAYS)
    kernel.decide(Proposal.objects.get(kind="aid", object_id=returned.pk, state="open"), second, confirm=True)

    for row in (
        AidLink(a=holding, b=vindlys, starts=office.day(-1200), source=SAYS),
        Reshaping(kind_of="merger", day=office.day(-400), before=before, after=havtang, source=SAYS),
        Reshaping(kind_of="split", day=office.day(-100), before=kvantum, after=kvantum, share=3, source=SAYS),
        Reshaping(kind_of="split", day=office.day(-100), before=kvantum, after=part, share=1, source=SAYS),
    ):
        kernel.save(row, officer)
