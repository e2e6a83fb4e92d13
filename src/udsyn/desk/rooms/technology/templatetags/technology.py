"""How patents and papers look on a page: where they can be read, parts and shares in the reader's language."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django import template

from udsyn.desk.tools.numbers import decimal

register = template.Library()


@register.filter
def patent(publication: str) -> str:
    """Where a publication can be read: at the EPO's Espacenet, which has all offices'."""
    return f"https://worldwide.espacenet.com/patent/search?q=pn%3D{quote(publication.replace('-', ''))}"


@register.filter
def paper(cited: dict[str, Any]) -> str:
    """Where a work can be read: by its DOI, else at OpenAlex."""
    return f"https://doi.org/{quote(cited['doi'])}" if cited["doi"] else f"https://openalex.org/W{cited['work']}"


@register.filter
def parts(value: float) -> str:
    """Families in parts, whole numbers without decimals."""
    return decimal(value, 0 if value == round(value) else 1)


@register.filter
def times(value: float | None) -> str:
    return "–" if value is None else decimal(value, 2)
