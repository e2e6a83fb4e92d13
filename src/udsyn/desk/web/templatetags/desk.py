"""How values look on a page."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django import template
from django.db.models import Model
from django.utils import formats, timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import RESOURCES, Column
from udsyn.desk.kernel.wording import NONE, NOT_KNOWN, blank_word, in_words, is_blank, model_of, town
from udsyn.desk.tools import numbers
from udsyn.desk.tools.numbers import decimal, whole_percent
from udsyn.desk.web import places

register = template.Library()
register.filter("town", town)


@register.filter
def blank(word: Any) -> Any:
    """A word for what is empty, set apart from what was written."""
    return format_html('<span class="unknown">{}</span>', word)


@register.filter
def shown(value: Any) -> Any:
    """A value for people: dates and amounts in their language, yes and no, links to rows, what is empty in a word."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if is_blank(value):
        return blank(NONE if isinstance(value, (list, tuple)) else NOT_KNOWN)
    if isinstance(value, dt.datetime):
        return formats.date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, dt.date):
        return formats.date_format(value, "DATE_FORMAT")
    if isinstance(value, Decimal):
        return formats.number_format(value, force_grouping=True)
    if isinstance(value, (list, tuple)):
        return format_html_join(", ", "{}", ((shown(v),) for v in value))
    if isinstance(value, Model):
        resource = RESOURCES.get(value._meta.model_name or "")
        return format_html('<a href="{}">{}</a>', resource.url(value), value) if resource else str(value)
    return value


@register.filter
def money(amount: Any, currency: str) -> str:
    """An amount in the reader's language: 9,800 DKK, 9.800 kr."""
    return numbers.money(amount, currency)


@register.simple_tag(takes_context=True)
def cell(context: Any, row: Any, column: Column) -> Any:
    """One value of a row: a state in the words meant for this reader, a link only to what they may open."""
    link = column.value(row)
    if isinstance(link, Model) and link.pk not in context.get("openable", {}).get(type(link), (link.pk,)):
        return str(link)
    return cell_value(row, column, context["actor"])


@register.simple_tag(takes_context=True)
def column(context: Any, row: Any, name: str) -> Any:
    """A column of a row by its name, said as in its list."""
    columns = RESOURCES[row._meta.model_name].columns
    return cell_value(row, next(c for c in columns if c.name == name), context["actor"])


@register.simple_tag(takes_context=True)
def version(context: Any, held: tuple[Any, str]) -> Any:
    """A column of an earlier version of a row, said as the row itself says it."""
    row, name = held
    value, lifecycle = getattr(row, name), model_of(row).lifecycle
    if name == "state" and lifecycle and value in {state.code for state in lifecycle.states}:
        return lifecycle.state(value).label_for(context["actor"])
    return blank(blank_word(row, name)) if is_blank(value) else shown(in_words(row, name, value))


def cell_value(row: Any, column: Column, actor: Actor) -> Any:
    if column.name == "state":
        return format_html('<span class="{}">{}</span>', row.state_class(actor), row.state_label(actor))
    value = column.value(row)
    if is_blank(value):
        return blank(column.blank_word(row))
    return shown(column.say(value) if column.say else in_words(row, column.name, value))


@register.simple_tag(takes_context=True)
def cell_text(context: Any, row: Any, column: Column) -> Any:
    """The same without a link of its own, for the cell that links to the row."""
    value = column.value(row)
    return str(value) if isinstance(value, Model) else cell_value(row, column, context["actor"])


@register.filter
def unlocal(number: float) -> str:
    """A number for SVG, with a point in every language."""
    return f"{number:g}"


@register.filter
def url(row: Any) -> str:
    resource = RESOURCES.get(row._meta.model_name)
    return resource.url(row) if resource else ""


@register.simple_tag(takes_context=True)
def list_of(context: Any, resource: Any) -> str:
    """The list of a row: as it was looked at, with its filters and page, where the reader comes from there."""
    return places.back_to(context["request"], resource.list_url)


@register.filter
def due_class(day: dt.date | None) -> str:
    return "late" if day and day < timezone.localdate() else ""


@register.filter
def state_words(row: Any, actor: Actor) -> Any:
    return row.state_label(actor)


@register.filter
def state_class(row: Any, actor: Actor) -> str:
    return str(row.state_class(actor))


@register.filter
def can_change(row: Any, actor: Actor) -> bool:
    return actor.can("change", row)


@register.simple_tag
def query(params: Any, **changes: Any) -> str:
    """The present query string with some values replaced."""
    new = params.copy()
    for name, value in changes.items():
        new[name] = value
    return "?" + new.urlencode()


@register.filter
def percent(value: float | None) -> Any:
    """A share for people, without decimals."""
    return shown(None) if value is None else whole_percent(value)


@register.filter
def figure(found: Any) -> Any:
    """The value of a key figure in its unit."""
    if found.value is None or found.unit == "share":
        return percent(found.value)
    words = {"days": ngettext("%(n)s day", "%(n)s days", 2), "hours": ngettext("%(n)s hour", "%(n)s hours", 2)}
    number = decimal(found.value, 0 if found.unit == "count" else 1)
    return words.get(found.unit, "%(n)s") % {"n": number}


@register.simple_tag
def written(row: Any, column: Any) -> Any:
    """A cell of a report's table."""
    value = row.get(column.key)
    if value is None:
        return "–"
    return percent(value) if column.kind == "percent" else value


@register.simple_tag
def linked(row: Any, key: str) -> Any:
    """A cell of a dossier's table, with the page that shows what it says."""
    value, address = row.get(key), row.get(f"{key}_url")
    if value is None:
        return "–"
    return format_html('<a href="{}">{}</a>', address, value) if str(address or "").startswith("/") else value


@register.filter
def web(url: str | None) -> str:
    """An address of the web; nothing for any other, so that a page leads nowhere else."""
    return url if url and url.startswith(("https://", "http://")) else ""
