"""The register of processing (GDPR art. 30): what each room says that it holds of people, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from udsyn.desk.kernel.personal import BASES, LEFT, Keep, Personal, column_at
from udsyn.desk.kernel.rooms import rooms


def lines() -> Iterator[dict[str, Any]]:
    """A line for each model and whom it is about: room, what, fields, purpose, basis, recipients, kept, erasing."""
    for room in rooms():
        for one in room.personal:
            yield {
                "room": room.name,
                "what": capfirst(one.model._meta.verbose_name_plural),
                "fields": fields_of(one),
                "purpose": str(one.purpose.says),
                "basis": str(dict(BASES)[one.purpose.basis]),
                "recipients": str(one.purpose.recipients or _("nobody else")),
                "kept": "; ".join(map(in_words, one.keep)) or _("no end is set: as long as the row"),
                "erasing": str(LEFT[one.erase]),
            }


def fields_of(one: Personal) -> str:
    columns = dict.fromkeys((*one.fields, *one.sensitive, *one.address) or one.subject)
    return ", ".join(str(column_at(one.model, name).verbose_name) for name in columns if name != "pk")


def in_words(keep: Keep) -> str:
    """A period in words, with its clock."""
    parts = [
        ngettext("%(n)s year", "%(n)s years", keep.years) % {"n": keep.years} if keep.years else "",
        ngettext("%(n)s month", "%(n)s months", keep.months) % {"n": keep.months} if keep.months else "",
        ngettext("%(n)s day", "%(n)s days", keep.days) % {"n": keep.days} if keep.days else "",
    ]
    period = ", ".join(filter(None, parts))
    return " ".join(filter(None, (period, str(keep.says)))) or _("until its day")
