"""Where somebody is named: every text of every table is searched, whichever room it is of, and files on disk.

Somebody is known by their addresses, ORCID and the like, and by their name in full, turned round too. A name of one
word, and one that somebody else has too, tells nobody apart and is not searched.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast
from i18nfield.strings import LazyI18nString

from udsyn.desk.kernel.models import Entry
from udsyn.desk.kernel.personal import MARK
from udsyn.desk.kernel.search import fold

SHORTEST = 6  #: letters of what is searched


@dataclass(frozen=True)
class Words:
    """By what somebody is known in text."""

    needles: tuple[str, ...]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        said = sorted(self.needles, key=len, reverse=True)
        return re.compile("|".join(rf"(?<!\w){re.escape(one)}(?!\w)" for one in said) or r"(?!)", re.IGNORECASE)

    @cached_property
    def stored(self) -> tuple[str, ...]:
        """The same as tables hold them: JSON writes letters beyond ASCII otherwise."""
        return tuple(dict.fromkeys(form for one in self.needles for form in (one, json.dumps(one)[1:-1])))

    def mark(self, value: Any) -> Any:
        """A value of a column with the mark wherever it names them."""
        if isinstance(value, str):
            return self.pattern.sub(MARK, value)
        if isinstance(value, LazyI18nString):
            return LazyI18nString(self.mark(value.data))
        if isinstance(value, dict):
            return {self.mark(key): self.mark(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return [self.mark(one) for one in value]
        return value


def words_of(names: Iterable[str], others: Iterable[str], shared: Callable[[str], bool]) -> Words:
    """`names` in full, `others` such as addresses; `shared` says of a name that somebody else has it too."""
    found: dict[str, None] = {}
    for name in filter(None, (" ".join(name.split()) for name in names)):
        parts = name.split(" ")
        if len(parts) < 2 or len(name) < SHORTEST or shared(name):
            continue
        turned = [(" ".join(parts[at:]), " ".join(parts[:at])) for at in range(1, len(parts))]
        found |= dict.fromkeys([name, *(f"{last}{comma} {first}" for last, first in turned for comma in ("", ","))])
    found |= dict.fromkeys(one.strip() for one in others if len(one.strip()) >= SHORTEST)
    return Words(tuple(dict.fromkeys(form for one in found for form in (one, fold(one)))))


@dataclass(frozen=True)
class Mention:
    """A row of any table that names them, with the columns that do, as they would be with the mark."""

    row: Any
    marked: dict[str, Any]


def tables() -> Iterator[Any]:
    """Every table, history and other packages' too. The ledger has its own way."""
    held = apps.get_models(include_auto_created=True)
    return (model for model in held if model._meta.managed and not model._meta.proxy and model is not Entry)


def columns(model: Any) -> list[Any]:
    """Those that hold text and are not what tells rows apart."""
    texts = (models.CharField, models.TextField, models.JSONField)
    return [one for one in model._meta.concrete_fields if isinstance(one, texts) and not one.primary_key]


def mentions(words: Words) -> Iterator[Mention]:
    """All rows that name somebody."""
    if words.needles:
        for model in tables():
            yield from in_table(model, words)


def in_table(model: Any, words: Words) -> Iterator[Mention]:
    held = columns(model)
    if not held:
        return
    as_text = {f"text_of_{one.name}": Cast(F(one.name), models.TextField()) for one in held}
    wanted = [Q(**{f"{name}__icontains": needle}) for name in as_text for needle in words.stored]
    # a few conditions at a time: a database takes only so deep an expression
    found: dict[Any, Any] = {}
    for at in range(0, len(wanted), 100):
        rows = model._base_manager.annotate(**as_text).filter(reduce(or_, wanted[at : at + 100]))
        found |= {row.pk: row for row in rows}
    for row in found.values():
        values = {one.name: (getattr(row, one.name), one.max_length) for one in held}
        marked = {name: cut(words.mark(value), most) for name, (value, most) in values.items()}
        if changed := {name: value for name, value in marked.items() if value != values[name][0]}:
            yield Mention(row, changed)


def cut(value: Any, most: int | None) -> Any:
    return value[:most] if isinstance(value, str) and most else value


def in_ledger(words: Words) -> tuple[set[int], set[int]]:
    """The lines of the ledger that tell of somebody, and those that name them as who did it."""
    return naming(words, "label", "fields", "reason"), naming(words, "actor_name")


def naming(words: Words, *texts: str) -> set[int]:
    wanted = [Q(**{f"{name}__icontains": needle}) for name in texts for needle in words.needles]
    lines = Entry.objects.filter(reduce(or_, wanted)) if wanted else ()
    return {line.pk for line in lines if any(words.pattern.search(getattr(line, name)) for name in texts)}


def in_files(folder: Path, words: Words) -> list[Path]:
    """Files below a folder that name somebody: plain text, and what documents and workbooks hold."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
    return [path for path in paths if words.needles and any(words.pattern.search(text) for text in texts_of(path))]


def texts_of(path: Path) -> Iterator[str]:
    yield read(path.read_bytes())
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                yield re.sub(r"<[^>]*>", " ", read(archive.read(member)))


def read(data: bytes) -> str:
    """Text as it stands, and as JSON and XML write letters beyond ASCII."""
    text = data.decode("utf-8", "replace")
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
