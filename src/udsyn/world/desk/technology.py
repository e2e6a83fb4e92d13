"""Invented technology offers and requests: typed in, of the Enterprise Europe Network, one withdrawn, one answered."""

from __future__ import annotations

from typing import Any

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.permissions import actor_of
from udsyn.desk.rooms.service.models import Request
from udsyn.desk.rooms.service.states import OPEN
from udsyn.desk.rooms.technology import offers
from udsyn.desk.rooms.technology.models import Offer

#: stands in no text that is matched: a word that all shared would make them all alike
INVENTED = "Invented for the demonstration."
#: kind, country, looks for, title, text, classes, stage, rights, source and number, last day from today; without one it
#: is still being written
ROWS: tuple[tuple[Any, ...], ...] = (
    (
        ("offer", "DK", ("KR", "JP"), "Solid oxide electrolysis stack for green hydrogen"),
        "A stack of solid oxide cells makes hydrogen from steam with less electricity. Tested for 4,000 hours.",
        ("C25B1/04\nC25B9/23", "prototype", "applied", "university", "TT-2026-014"),
        120,
    ),
    (
        ("request", "KR", ("DK",), "Electrolysis cells for a hydrogen plant at a harbour"),
        "A maker of plants looks for cells for electrolysis of steam, and for a partner who tests them at sea.",
        ("C25B9", "laboratory", "unknown", "een", "TRKR20260312007"),
        60,
    ),
    (
        ("offer", "KR", (), "Coating that keeps fuel cells from corrosion"),
        "A thin coating for plates of fuel cells. Shown in the laboratory; a partner who builds stacks is looked for.",
        ("H01M8", "laboratory", "applied", "een", "TOKR20260401002"),
        9,
    ),
    (
        ("request", "JP", ("DK", "DE"), "Readout electronics for quantum sensors"),
        "Cold electronics with little noise for sensors. To be ready for a joint test next year.",
        ("G06N10", "demonstrated", "unknown", "other", ""),
        200,
    ),
    (
        ("offer", "DK", ("BR", "IN"), "Water quality by light instead of chemistry"),
        "An optical sensor tells nitrate in drinking water on the spot.",
        ("C02F1/28", "market", "granted", "desk", ""),
        300,
    ),
    (
        ("offer", "KR", ("DK",), "Membrane that lets only lithium through"),
        "A membrane for recycling of batteries. The group has still to say what may be told of it.",
        ("C22B26", "laboratory", "applied", "desk", ""),
        None,
    ),
)


def live(office: Any) -> None:
    """Write them into an office (`half_year.HalfYear`); one is answered in a request that an attaché works on."""
    attache = actor_of(office.users["attache.seoul"], office.today)
    made = []
    for (kind, country, looks_for, title), text, (classes, stage, rights, source, number), days in ROWS:
        row = Offer(
            kind_of=kind,
            title=title,
            text=text,
            country=office.countries[country],
            classes=classes,
            stage=stage,
            rights=rights,
            source=source,
            number=number,
            contact=f"adviser.{country.lower()}@example.org",
            expires=office.day(days) if days else None,
            published_on=office.day(-30) if days else None,
            keeper_id=attache.person,
            note=INVENTED,
        )
        kernel.save(row, attache, many={"looks_for": [office.countries[code] for code in looks_for]})
        if days:
            kernel.perform(row, "open", attache)
        made.append(Offer.objects.get(pk=row.pk))
    kernel.perform(made[4], "withdraw", attache, reason=f"Sold to a partner at home. {INVENTED}")
    requests = Request.objects.visible_to(attache, "change").filter(state__in=OPEN).order_by("pk")
    request = next((row for row in requests if row.partner.code == "KR"), None)
    if request is not None:
        offers.answer(made[2], request, attache)
