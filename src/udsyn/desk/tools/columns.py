"""The columns of a spreadsheet: which fields they can fill, and which heading means which."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from i18nfield.fields import I18nCharField, I18nTextField

from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import RESOURCES, Resource
from udsyn.desk.kernel.search import fold
from udsyn.desk.tools.cells import words_of

ID = "id"


@dataclass(frozen=True)
class Reading:
    """How a sheet is read: heading → field, and the choices that its reader made."""

    columns: dict[str, str] = field(default_factory=dict)
    sheet: str = ""
    encoding: str = ""  #: of a CSV's letters, where its reader knows better than they look
    likely: str = "hold"  #: rows that are likely here already: hold back, take as the same, make anew
    fill_only: bool = False  #: change only what is empty here
    leave_out: bool = False  #: store the rest although some rows are held back
    make_missing: bool = False  #: make rows that cells name and that are not here
    day_first: bool = True
    comma: bool = True


@dataclass(frozen=True)
class Target:
    """A field that a column can fill: of the row, in a language, or of the part below it."""

    key: str
    label: str
    field: Any
    language: str = ""
    part: bool = False
    words: frozenset[str] = frozenset()


def fields_of(resource: Resource, actor: Actor) -> list[Target]:
    """Every field that this actor's sheet can fill, with the headings that mean it."""
    found = [Target(ID, _("number of the row here"), None, words=frozenset({"id"}))]
    extra = resource.sheet.words
    for name in resource.form_fields(actor):
        found += targets(resource.model._meta.get_field(name), name, extra.get(name, ()))
    part = resource.sheet.part
    if part is not None and RESOURCES[part.kind].may_create(actor):
        below = RESOURCES[part.kind]
        for name in part.fields:
            key = f"{part.kind}.{name}"
            found += targets(below.model._meta.get_field(name), key, extra.get(key, ()), below)
        named = below.model._meta.get_field(part.fields[0]).related_model
        for name in part.told:
            key = f"{part.kind}.{part.fields[0]}.{name}"
            found += targets(named._meta.get_field(name), key, extra.get(key, ()), RESOURCES[named._meta.model_name])
    return found


def targets(model_field: Any, key: str, extra: Iterable[str], below: Resource | None = None) -> list[Target]:
    if model_field.many_to_many:
        return []
    label = str(model_field.verbose_name)
    words = {fold(model_field.name), fold(model_field.name.replace("_", " ")), *words_of(model_field.verbose_name)}
    words |= {fold(word) for word in extra}
    if below is not None:
        words = {word for head in words_of(below.name) for word in (f"{head} {w}" for w in words)} | {
            fold(word) for word in extra
        }
        label = f"{below.name}: {label}"
    if not isinstance(model_field, (I18nCharField, I18nTextField)):
        return [Target(key, label, model_field, part=below is not None, words=frozenset(words))]
    found = []
    for code, name in settings.LANGUAGES:
        tails = {f"{word} {tail}" for word in words for tail in (code, f"({code})", *words_of(name))}
        own = tails | (words if code == settings.LANGUAGE_CODE else set())
        found.append(Target(f"{key}:{code}", f"{label} ({name})", model_field, code, words=frozenset(own)))
    return found


def headings_known(fields: list[Target]) -> set[str]:
    return {word for target in fields for word in target.words}


def guess(headings: Iterable[str], fields: list[Target]) -> dict[str, str]:
    """Heading → field, each field once; what no word is known for is not used."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for heading in headings:
        plain = {fold(heading), fold(re.sub(r"[_\-:*/]+", " ", heading)), fold(re.sub(r"[^\w ]+", "", heading))}
        fits = next((t.key for t in fields if plain & t.words and t.key not in taken), "")
        found[heading] = fits
        taken.add(fits)
    return found
