"""Terms and judgements of grants in words, in the reader's language."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from udsyn.desk.kernel.wording import said
from udsyn.desk.rooms.grants.models import Grant, GrantChange
from udsyn.desk.tools.numbers import whole_percent


def judged(row: GrantChange) -> str:
    """What the terms said of a change, with the figure and its bound."""
    if row.why == "not_said":
        return _("The terms of the award say nothing of it: an officer decides.")
    if row.why == "late":
        days = int(row.bound or 0)
        return ngettext(
            "It is asked for later than %(n)s day before the end: an officer decides.",
            "It is asked for later than %(n)s days before the end: an officer decides.",
            days,
        ) % {"n": days}
    if row.found is None or row.bound is None:
        return (
            _("The terms of the award leave it free.") if row.free else _("By the terms of the award, one asks for it.")
        )
    told = {"found": measured(row.kind_of, row.found), "bound": measured(row.kind_of, row.bound)}
    if row.free:
        return _("%(found)s; the terms of the award leave up to %(bound)s free.") % told
    return _("%(found)s; the terms of the award ask for it beyond %(bound)s.") % told


def measured(kind: str, figure: float) -> str:
    if kind == "budget":
        return whole_percent(figure)
    months = int(figure)
    return ngettext("%(n)s month", "%(n)s months", months) % {"n": months}


def terms_of(grant: Grant) -> list[tuple[Any, str, str]]:
    """What the terms say of changes: kind, words, clause."""
    says = grant.says
    labels = dict(GrantChange.KINDS)
    return [(labels[kind], said(one.says), one.clause) for kind, one in says.changes.items()] if says else []


def asks_of(grant: Grant, kind: str) -> tuple[str, list[str]]:
    """What the terms say of one kind of change, and what a request must contain."""
    one = grant.says.changes.get(kind) if grant.says else None  # type: ignore[call-overload]
    return (said(one.says), [said(text) for text in one.asks]) if one else ("", [])


def figure(amount: Any) -> str:
    """An amount as it is kept (also as text), for people."""
    return str(formats.number_format(Decimal(amount), 2, force_grouping=True))
