"""Travel allowances of stays: which rates count, what a journey comes to line by line, and keeping it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.stays.models import Stay, StayMoney, StayRate
from udsyn.packs import allowance


def rates() -> list[allowance.Rate]:
    """The shipped rates, and those that the house took in: all of them, since a journey is reckoned as of a day."""
    held = [
        allowance.Rate(
            row.family, row.country.code, row.valid_from, row.valid_to, row.known_from, row.currency, row.day
        )
        for row in StayRate.objects.select_related("country")
    ]
    return [*allowance.shipped(), *held]


def families() -> list[str]:
    return sorted({rate.family for rate in rates()})


def words(what: str) -> str:
    """What a line is about, in the reader's language."""
    said: Mapping[str, Any] = {
        "24 hours": _("days of 24 hours"),
        "hours begun": _("hours begun beyond"),
        "less than 24 hours": _("less than 24 hours"),
        "day of travel": _("day of travel"),
        "a day away": _("a day away"),
        "a day too short": _("a day too short for an allowance"),
        "free breakfast": _("free breakfast"),
        "free lunch": _("free lunch"),
        "free dinner": _("free dinner"),
    }
    return str(said.get(what, what))


def lines_of(found: allowance.Allowance) -> list[dict[str, Any]]:
    """Each line as plain data, to keep."""
    return [
        {
            "what": line.what,
            "count": line.count,
            "each": str(line.each.quantize(allowance.CENT)),
            "amount": str(line.amount.quantize(allowance.CENT)),
            "rate_from": line.rate_from.isoformat(),
        }
        for line in found.lines
    ]


def shown(lines: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Kept lines as a reader sees them: words, sums and days in their language."""
    return [
        {
            "words": words(line["what"]),
            "count": line["count"],
            "each": Decimal(line["each"]),
            "amount": Decimal(line["amount"]),
            "rate_from": dt.date.fromisoformat(line["rate_from"]),
        }
        for line in lines
    ]


def paid_already(row: Stay, case: Mapping[str, Any]) -> Any:
    """Why a journey is not kept: some of its days are paid as another journey of the same guest."""
    same = Q(stay=row) | Q(stay__guest_name__iexact=row.guest_name, stay__guest_email__iexact=row.guest_email)
    for other in StayMoney.objects.filter(same, kind_of="allowance"):
        journey = other.basis.get("journey", {})
        if journey and case["from"] < journey["to"] and journey["from"] < case["to"]:
            return _("Some of these days are paid already: %(what)s.") % {"what": other.text}
    return None


def keep(row: Stay, actor: Actor, case: dict[str, Any], found: allowance.Allowance) -> StayMoney:
    """The allowance as an amount of the stay, with the journey and the lines that gave it."""
    money = StayMoney(
        stay=row,
        kind_of="allowance",
        text=f"{case['from']} – {case['to']}".replace("T", " "),
        amount=found.amount,
        currency=found.currency,
        basis={"journey": case, "lines": lines_of(found)},
    )
    stored: StayMoney = kernel.save(money, actor)
    return stored
