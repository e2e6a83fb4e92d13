"""What the pages of a partner country and of a request show of funds."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from udsyn.desk.evidence import funding
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.remembering import remembered
from udsyn.desk.kernel.resources import Panel
from udsyn.desk.rooms.funds.models import VERDICT_WORDS, typed_rows
from udsyn.desk.rooms.parties.models import Country
from udsyn.evidence.funds.find import COMING, Judged

SHOWN = 5


def of_country(row: Country, _actor: Actor) -> Panel | None:
    """How many calls are open and coming, and the way to the public page; nothing for home itself."""
    if row.code == settings.HOME:
        return None
    found = coming(row.code, timezone.localdate())
    if not found:
        return None
    money = [one for one in found if one.verdict["verdict"] == "money"]
    own = [one for one in found if one.says_of(row.code)]
    values = {"country": row, "count": len(found), "money": len(money), "calls": own[:SHOWN]}
    return Panel(_("Funds"), "funds/_country.html", values)


@remembered
def coming(country: str, today: dt.date) -> list[Judged]:
    """Open and coming calls, each judged for home and a country."""
    return funding.listed(typed_rows(), today, [settings.HOME, country], COMING)


def of_request(row: Any, actor: Actor) -> Panel | None:
    """For a request (it is known by its need, its text and its partner): the calls that fit best."""
    if not actor.staff:
        return None
    text, countries = row.need or row.text, list(dict.fromkeys((settings.HOME, row.partner.code)))
    found = funding.best(typed_rows(), timezone.localdate(), countries, text, SHOWN)
    calls = [{**one, "word": VERDICT_WORDS[one["verdict"]]} for one in found]
    return Panel(_("Funds that fit"), "funds/_fit.html", {"calls": calls, "country": row.partner}) if calls else None
