"""How a value is said to people: codes as their labels, and what is empty in the one of five words that fits.

The rule for empty values is in `blank_word`; a model says where it differs: `blanks = {"scope": EVERYWHERE}`, a word or
a function of the row.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from udsyn.facts import cities

NOT_KNOWN = _("not known")  #: there is one or there may be one, and nobody wrote it down
NONE = _("none")
EVERYWHERE = _("everywhere")
NO_END = _("no end")
VACANT = _("vacant")
WORDS = (NOT_KNOWN, NONE, EVERYWHERE, NO_END, VACANT)


def language() -> Literal["da", "en"]:
    """The language of whoever reads: Danish, or English for everybody else."""
    return "da" if (translation.get_language() or "").startswith("da") else "en"


def said(texts: Mapping[Any, Any] | None) -> str:
    """What stands in several languages in the reader's; where it is not written in that, in one that it is in."""
    texts = texts or {}
    return str(texts.get(language()) or texts.get("en") or next(iter(texts.values()), ""))


def town(name: str) -> str:
    """A city as the reader calls it; one that is not known, and every other place, as it was typed."""
    return cities.name(name, language())


def is_blank(value: Any) -> bool:
    return value is None or value in ([], ()) or str(value) in ("", "unknown")


def blank_word(row: Any, name: str) -> Any:
    """What it means that this column of a row is empty: none for long texts and lists of rows, else not known."""
    said = getattr(model_of(row), "blanks", {}).get(name)
    if said is not None:
        return said(row) if callable(said) else said
    field = next((f for f in row._meta.get_fields() if f.name == name), None)
    long = isinstance(field, models.TextField) or (field is not None and field.many_to_many)
    return NONE if long else NOT_KNOWN


def in_words(row: Any, name: str, value: Any) -> Any:
    """The label of a code that a column of a row holds; any other value as it is."""
    field = next((f for f in row._meta.fields if f.name == name), None)
    labels = dict(field.flatchoices) if field is not None and field.choices else {}
    return labels.get(value, value) if isinstance(value, (str, int)) else value


def told(constraint: Any, model: Any) -> Any:
    """A constraint of the database that says in words what is broken, by the columns it reads, and not its own name."""
    if constraint.violation_error_message != constraint.default_violation_error_message:
        return constraint
    names = [*getattr(constraint, "fields", ())] or columns_of(constraint)
    words = ", ".join(str(model._meta.get_field(name).verbose_name) for name in names)
    said = copy.copy(constraint)
    text = _("There is one already with the same: %(columns)s.")
    if isinstance(constraint, models.CheckConstraint):
        text = _("This does not fit together: %(columns)s.") if len(names) > 1 else _("This cannot be: %(columns)s.")
    said.violation_error_message = text % {"columns": words}
    return said


def columns_of(constraint: Any) -> list[str]:
    """The columns that a constraint reads."""
    condition = getattr(constraint, "condition", None)
    return [*getattr(constraint, "fields", ()), *(sorted(condition.referenced_base_fields) if condition else ())]


def model_of(row: Any) -> Any:
    """The model of a row, or that of which it is an earlier version."""
    return getattr(row, "instance_type", type(row))


@cache
def blank_words() -> frozenset[str]:
    """The words in every language of the desk, as a spreadsheet may give them back."""
    found = set()
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found |= {str(said).casefold() for said in WORDS}
    return frozenset(found)
