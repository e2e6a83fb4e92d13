"""How tenders look on a page: the right to bid, values and growth in words; addresses that lead to the web only."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _

from udsyn.desk.rooms.markets import commands
from udsyn.desk.rooms.markets.models import ACCESS
from udsyn.desk.tools.numbers import decimal

register = template.Library()


@register.filter
def access(code: str) -> Any:
    return ACCESS.get(code, code)


@register.filter
def closes(tender: dict[str, Any]) -> str:
    """A deadline on the desk's clock where it is exact, else as the buyer writes it."""
    return commands.when(tender) if tender["deadline"] else _("no deadline known")


@register.filter
def worth(row: dict[str, Any]) -> str:
    """A value with its currency; nothing where it is not known."""
    if row["value"] is None:
        return ""
    return f"{decimal(row['value'], 0, group=True)} {row['currency'] or ''}".strip()


@register.filter
def millions(thousands: float | None) -> str:
    return "–" if thousands is None else decimal(thousands / 1e3, 1, group=True)


@register.filter
def part(value: float | None) -> str:
    """A share as percent."""
    return "–" if value is None else f"{decimal(100 * value, 1)}\N{NO-BREAK SPACE}%"


@register.filter
def change(value: float | None) -> str:
    """Growth as percent with its sign."""
    return "–" if value is None else f"{'+' if value >= 0 else '−'}{decimal(abs(100 * value), 0)}\N{NO-BREAK SPACE}%"


@register.filter
def times(value: float | None) -> str:
    return "–" if value is None else decimal(value, 2)


@register.filter
def subject(tender: dict[str, Any]) -> str:
    """A tender as the text of a request."""
    return _("Tender: %(title)s (%(facts)s)") % {
        "title": tender["title"] or tender["notice"],
        "facts": " · ".join((tender["notice"], *commands.facts_of(tender))),
    }
