"""Titles in the reader's language of rows that were noted by their title: lines of the ledger, entries of the search.

A stored title stays as it was written. Where it is a row's title in one language, it is read in the reader's; where the
row has had another name since, or is gone, what was written stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils import translation

from udsyn.desk.kernel.resources import RESOURCES

LONGEST = 300  #: letters of a title that are stored

Noted = tuple[str, int, str]  #: kind, number and stored title


def read(noted: Iterable[Noted]) -> dict[Noted, str]:
    """The titles for this reader, asked for once for each kind."""
    noted = list(noted)
    found = {one: one[2] for one in noted}
    for kind in {kind for kind, _number, _title in noted} & set(RESOURCES):
        resource = RESOURCES[kind]
        numbers = {number for k, number, _title in noted if k == kind}
        rows = {row.pk: row for row in resource.model.objects.filter(pk__in=numbers).select_related(*resource.select)}
        found |= {one: in_language(rows[one[1]], one[2]) for one in noted if one[0] == kind and one[1] in rows}
    return found


def in_language(row: Any, title: str) -> str:
    """The row's title for this reader, where the stored one is its title in any language."""
    return str(row)[:LONGEST] if title in {title_in(row, code) for code, _name in settings.LANGUAGES} else title


def title_in(row: Any, code: str) -> str:
    with translation.override(code):
        return str(row)[:LONGEST]
