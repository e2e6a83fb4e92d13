"""How calls look on a page: verdicts, sources and changes in words, addresses that lead to the web only."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import template
from django.utils.translation import gettext_lazy

from udsyn.desk.evidence import funding
from udsyn.desk.kernel.wording import language
from udsyn.desk.rooms.funds.models import VERDICT_WORDS
from udsyn.desk.web.templatetags.desk import shown
from udsyn.evidence.funds.find import Judged
from udsyn.facts import countries

register = template.Library()
#: What the log of changes says of the days of a call.
DAYS = re.compile(r"(\d{4}-\d{2}-\d{2}) to (\d{4}-\d{2}-\d{2})")
SOURCES = {
    "desk": gettext_lazy("typed in at this desk"),
    "dated-lists": gettext_lazy("dated lists"),
    "eu-portal": gettext_lazy("the EU portal"),
    "sedia": gettext_lazy("the EU portal's search"),
    "grants-gov": "Grants.gov",
    "commongrants": "CommonGrants",
    "typed": gettext_lazy("typed-in calls"),
    "vinnova": "Vinnova",
}
CHANGES = {
    "new": gettext_lazy("new"),
    "gone": gettext_lazy("gone"),
    "moved": gettext_lazy("other dates"),
    "changed": gettext_lazy("changed"),
}
STANDS = {
    "transitional": gettext_lazy("a transitional arrangement"),
    "signed": gettext_lazy("signed"),
    "provisional": gettext_lazy("provisionally applied"),
    "in_force": gettext_lazy("in force"),
}


@register.filter
def verdict(code: str) -> Any:
    return VERDICT_WORDS.get(code, code)


@register.filter
def call_title(call: Judged) -> str:
    """In the reader's language where the call is written in it."""
    return (language() == "da" and call.title_da) or str(call.row["title"])


@register.filter
def source(name: str) -> Any:
    return SOURCES.get(name, name)


@register.filter
def change(code: str) -> Any:
    return CHANGES.get(code, code)


@register.filter
def standing(code: str) -> Any:
    return STANDS.get(code, code)


@register.filter
def clause(text: str) -> str:
    return funding.said(text)


@register.filter
def country_name(code: str) -> str:
    return countries.name(code, language())


@register.filter
def iso_day(text: str | None) -> Any:
    """A day that is written as 2026-03-02, in the reader's words."""
    return shown(dt.date.fromisoformat(text) if text else None)


@register.filter
def span(said: str) -> str:
    """What the log says of days (`2026-01-06 to 2026-04-15`) with a dash, which every language has."""
    return DAYS.sub(r"\1 – \2", said)
