"""Everything that the desk holds of one person, in one archive (GDPR art. 15 and 20).

    data.json       rows that are about them, by kind; `named` has those in which they stand for their work
    portable.json   of these, what is held by consent or contract
    elsewhere.json  every other place of the database that names them, each with its text, history too
    ledger.json     the lines of the ledger about these rows, about them, and by them
    files/          the files that hang on their rows, and those whose text names them
    why.json        purpose, basis, recipients, period and what erasing leaves, of each kind

An officer looks through `elsewhere.json` before it is handed over: others may be named in the same text.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from i18nfield.strings import LazyI18nString

from udsyn.desk.kernel.ledger import SEALED
from udsyn.desk.kernel.models import Comment, Entry, File
from udsyn.desk.kernel.personal import Personal
from udsyn.desk.tools import erasing, mentions, subjects
from udsyn.desk.tools.files import clean_name, path_of
from udsyn.desk.tools.subjects import Subject

PORTABLE = ("consent", "contract")


class Plain(DjangoJSONEncoder):
    def default(self, value: Any) -> Any:
        return value.data if isinstance(value, LazyI18nString) else super().default(value)


def pack(root: Any, register: Iterable[dict[str, Any]] = ()) -> bytes:
    """The archive of whom a row is about. `register` is what the register of processing says."""
    who = subjects.find(root)
    kinds = {one.model._meta.verbose_name_plural for one, _rows in (*who.about, *who.named)}
    parts = {
        "data.json": {"about": by_kind(who.about), "named": by_kind(who.named), "talk": list(talk(who))},
        "portable.json": by_kind((one, rows) for one, rows in who.about if one.purpose.basis in PORTABLE),
        "elsewhere.json": list(elsewhere(who)),
        "ledger.json": list(lines(who)),
        "why.json": [line for line in register if line["what"].casefold() in {str(kind).casefold() for kind in kinds}],
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, json.dumps(content, cls=Plain, ensure_ascii=False, indent=1))
        for name, path in files_of(who):
            archive.write(path, f"files/{name}")
    return out.getvalue()


def values(row: Any) -> dict[str, Any]:
    """All columns of a row; keys and passwords stay."""
    secret = {"password", "digest", "calendar_key", "key"}
    return {one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields if one.name not in secret}


def by_kind(parts: Iterable[tuple[Personal, list[Any]]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, dict[int, dict[str, Any]]] = {}
    for one, rows in parts:
        held = found.setdefault(one.model._meta.model_name, {})
        for row in rows:
            held[row.pk] = values(row) | {"versions": [values(old) for old in subjects.versions(one, row)[1:]]}
    return {kind: list(rows.values()) for kind, rows in found.items()}


def attached(model: Any, who: Subject) -> Iterator[Any]:
    for kind, number in sorted(who.keys()):
        yield from model.objects.filter(kind=kind, object_id=number)


def talk(who: Subject) -> Iterator[dict[str, Any]]:
    return (values(note) for note in attached(Comment, who))


def elsewhere(who: Subject) -> Iterator[dict[str, Any]]:
    """Every other row that names them, with the columns that do."""
    mine = who.keys()
    for found in mentions.mentions(who.words):
        kind = found.row._meta.model_name
        if (kind, found.row.pk) not in mine:
            said = {name: getattr(found.row, name) for name in found.marked}
            yield {"table": found.row._meta.db_table, "id": found.row.pk, "says": said}


def lines(who: Subject) -> Iterator[dict[str, Any]]:
    told, spoken = mentions.in_ledger(who.words)
    numbers = erasing.lines_about(who.keys()) | told | spoken
    numbers |= set(Entry.objects.filter(actor_id__in=who.accounts).values_list("pk", flat=True))
    for entry in Entry.objects.filter(pk__in=numbers).order_by("seq"):
        yield {name: getattr(entry, name) for name in SEALED}


def files_of(who: Subject) -> Iterator[tuple[str, Path]]:
    """Name in the archive and place of each file."""
    named = {path.name for path in mentions.in_files(Path(settings.FILES), who.words)}
    held = [*attached(File, who), *File.objects.filter(sha256__in=named)]
    for file in {file.pk: file for file in held}.values():
        if path_of(file.sha256).is_file():
            yield f"{file.pk}-{clean_name(file.name)}", path_of(file.sha256)
