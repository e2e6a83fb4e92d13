"""What the ledger says: the room of an undertaking on a day, what calls ask for, and why an award may not pass.

The reckoning itself is `udsyn.packs.aid`, the same as of `udsyn safeguards aid`; an undertaking is named there by the
number of its organisation.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from udsyn import packs
from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.permissions import DESK, Actor
from udsyn.desk.rooms.aid.models import Aid, AidLink, Reshaping
from udsyn.desk.rooms.aid.states import COUNTS
from udsyn.desk.rooms.parties.models import Organisation
from udsyn.desk.rooms.programmes.models import Application, Call, Partner
from udsyn.packs import PackError, aid
from udsyn.packs.sums import Money

CENT = Decimal("0.01")
EURO = "EUR"
#: the document by which a call's rules say which partners are granted de minimis aid
DOCUMENT = "de_minimis"
ONE_DAY = dt.timedelta(days=1)


# Room on a day -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Held:
    """The whole ledger, read once for all that is asked of it."""

    awards: tuple[aid.Award, ...]
    links: tuple[aid.Link, ...]
    events: tuple[aid.Event, ...]


def held() -> Held:
    return Held(awards(), links(), events())


def awards() -> tuple[aid.Award, ...]:
    held = Aid.objects.filter(state__in=COUNTS).exclude(granted_on=None)
    return tuple(as_award(row, row.granted_on) for row in held if row.granted_on)


def as_award(row: Aid, day: dt.date) -> aid.Award:
    used_by = str(row.used_by_id) if row.used_by_id else None
    return aid.Award(day, row.amount, str(row.undertaking_id), used_by, row.regulation)


def links() -> tuple[aid.Link, ...]:
    """The engine's links end before a day, the desk's on it."""
    return tuple(
        aid.Link(str(row.a_id), str(row.b_id), row.starts, row.ends + ONE_DAY if row.ends else None)
        for row in AidLink.objects.all()
    )


def events() -> tuple[aid.Event, ...]:
    """Mergers by what came of them, splits by what was before."""

    def key(row: Reshaping) -> tuple[dt.date, str, int]:
        return row.day, row.kind_of, row.after_id if row.kind_of == aid.MERGER else row.before_id

    found = []
    for (day, kind, _one), group in groupby(sorted(Reshaping.objects.all(), key=key), key):
        rows = list(group)
        whole = sum((row.share for row in rows), Decimal(0)) or Decimal(1)
        shares = {str(row.after_id): row.share / whole for row in rows}
        found.append(aid.Event(day, kind, tuple(str(row.before_id) for row in rows), shares))
    return tuple(found)


def room_on(
    undertaking: Organisation,
    day: dt.date,
    asked: Decimal = Decimal(0),
    regulation: str = aid.GENERAL,
    book: Held | None = None,
) -> aid.Room:
    """What may still be granted to an undertaking by the ledger as it stands, or by one that was read already. Raises
    PackError for a day on which the regulation does not stand."""
    book = book or held()
    case = aid.Case(book.awards, book.links, book.events, asked, str(undertaking.pk))
    return aid.room_on(case, day, regulation)


# Why something may not be granted ------------------------------------------------------------------------------------


def stands_against(row: Any) -> Any:
    """Why what a step grants may not be granted: an amount that nobody wrote, or one that would pass the ceiling."""
    today = timezone.localdate()
    if isinstance(row, Aid):
        return against([row], row.granted_on or today)
    if not isinstance(row, Call):
        return None
    asked = [partner for partner, _euro in asked_of(row)]
    planned = {one.about_id: one for one in planned_of(row.to_be_awarded())}
    for partner in asked:
        if partner.pk not in planned:
            said = {"partner": partner.organisation_name}
            return _("“%(partner)s” asks for de minimis aid: write it into the ledger first.") % said
    return against(planned.values(), today)


def against(rows: Iterable[Aid], day: dt.date) -> Any:
    """Why these cannot all be granted on a day. One that would pass the ceiling is refused as a whole."""
    book = held()
    for row in rows:
        try:
            found = room_on(row.undertaking, day, row.amount, row.regulation, book)
        except PackError as error:
            return str(error)
        if found.asked > found.room:
            return _(
                "%(amount)s EUR to “%(undertaking)s” would pass the ceiling of %(ceiling)s EUR: there is room for "
                "%(room)s EUR, and an award that passes it is refused as a whole."
            ) % {
                "undertaking": row.undertaking,
                "amount": euro(found.asked),
                "ceiling": euro(found.ceiling),
                "room": euro(found.room),
            }
        book = replace(book, awards=(*book.awards, as_award(row, day)))
    return None


def euro(amount: Decimal) -> str:
    return str(formats.number_format(amount, None if amount != int(amount) else 0, force_grouping=True))


# What calls ask for --------------------------------------------------------------------------------------------------


def asked_of(call: Call) -> Iterator[tuple[Partner, Decimal | None]]:
    """Partners in what is to be awarded whom the rules ask for a declaration, and their costs in euro.

    None: a rate is not known, and somebody has to write the amount. One of whom the rules cannot tell is among them.
    """
    for row in call.to_be_awarded().select_related("call", "terms"):
        case = row.sealed_case or {}
        wanted = {
            said.of
            for said in packs.documents(row.pack, case, timezone.localdate())
            if said.rule == DOCUMENT and said.asked
        }
        for partner in row.taking_part() if wanted else ():
            if str(partner.pk) in wanted:
                yield partner, costs_of(partner, Money(row.pack.currency, case.get("rates", {})))


def costs_of(partner: Partner, money: Money) -> Decimal | None:
    lines = [
        {"asked": line.amount if line.asked is None else line.asked, "currency": line.currency}
        for line in partner.costs.all()
    ]
    amounts = [money.read(line, "asked", EURO) for line in lines]
    if None in amounts or not amounts:
        return None
    total = sum(amount for amount in amounts if amount is not None)
    return (Decimal(total.numerator) / Decimal(total.denominator)).quantize(CENT) if total else Decimal(0)


def planned_of(applications: QuerySet[Application]) -> QuerySet[Aid]:
    """The aid that is to be granted with these."""
    partners = Partner.objects.filter(application__in=applications).values("pk")
    found = Aid.objects.filter(state="planned", about_kind="partner", about_id__in=partners)
    return found.select_related("undertaking__country")


# Granting ------------------------------------------------------------------------------------------------------------


def was_awarded(row: Application, actor: Actor) -> None:
    """The aid of an application that is awarded is granted with it; it waits for its entry in the register."""
    for one in planned_of(Application.objects.filter(pk=row.pk)):
        kernel.perform(one, "grant", DESK)


def was_declined(row: Application, actor: Actor) -> None:
    for one in planned_of(Application.objects.filter(pk=row.pk)):
        kernel.perform(one, "drop", DESK, reason="the application is declined")


def may_grant(row: Aid) -> Any:
    if row.granted_on is not None and row.granted_on > timezone.localdate():
        return _("The day of granting lies in the future.")
    return None


def granted(row: Aid, actor: Actor) -> None:
    """The clock of the register begins. The undertakings are held fast while the room is looked at once more, so that
    two awards at the same moment do not both find it."""
    row.granted_on = row.granted_on or timezone.localdate()
    one = aid.linked({str(row.undertaking_id)}, links())
    list(Organisation.objects.select_for_update().filter(pk__in=one).order_by("pk"))
    if reason := against([row], row.granted_on):
        raise ValidationError(reason)
    row.register_by = aid.register_by(row.granted_on, settings.HOME, row.regulation)


def may_declare(row: Aid) -> Any:
    """Aid had elsewhere counts from its own day, which the state asks."""
    if row.about_id is not None:
        return _("It is asked for in an application: it is granted with it.")
    return may_grant(row)


def may_register(row: Aid) -> Any:
    """What the register asks and is not written."""
    if not (row.number and row.sector and row.authority):
        return _("The register asks for the business register's number, the sector and the granting authority.")
    return None


def registered(row: Aid, actor: Actor) -> None:
    row.registered_on = timezone.localdate()
