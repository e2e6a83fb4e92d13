"""Somebody is erased: what rooms declare goes or is emptied, with its history, files, talk and place in the search;
whatever text still names them, of whichever table, gets a mark instead; the ledger is emptied of them and verifies.

An erasure is kept by kind and number alone, in the database and beside it (DESK/erased.jsonl), and so is what the
nights let go of: whoever restores an older backup hands that file over, and everything in it goes again.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models.deletion import ProtectedError
from django.utils.translation import gettext as _

from udsyn.desk.kernel import ledger, search
from udsyn.desk.kernel.models import Comment, Entry, File, Import, Index, Proposal, Row
from udsyn.desk.kernel.permissions import DESK, Actor
from udsyn.desk.kernel.personal import DELETE, Personal
from udsyn.desk.kernel.privacy import Erasure, Retained, restricted
from udsyn.desk.tools import mentions, record, subjects
from udsyn.desk.tools.files import path_of
from udsyn.record.parts import write_atomically

LIST = "erased.jsonl"
#: folders of the desk whose files are made anew: what names somebody in them goes
MADE_ANEW = ("evidence", "mail")


@transaction.atomic
def erase(root: Any, actor: Actor, reason: str = "", *, with_files: bool = False, again: bool = False) -> Erasure:
    """Erase whom a row is about. `with_files`: files that name them go too, wherever they hang. `again`: it was done
    before, and this is a copy from before it.

    Raises ValidationError for whom a restriction holds.
    """
    who = subjects.find(root)
    if not again and any(map(restricted, [root, *(row for _one, rows in who.about for row in rows)])):
        raise ValidationError(_("A restriction holds: what is restricted is neither changed nor erased."))
    kind, number = type(root)._meta.model_name, root.pk
    told, spoken = mentions.in_ledger(who.words)
    done_by = spoken | set(Entry.objects.filter(actor_id__in=who.accounts).values_list("pk", flat=True))
    about = lines_about(who.keys()) | told
    named = files_naming(who.words) if with_files else []
    done: Counter[str] = Counter()
    for one, rows in sorted(who.about, key=lambda part: part[0].erase != DELETE):
        done[one.model._meta.model_name] += forget(one, rows)
    remove_files(File.objects.filter(sha256__in=[path.name for path in named]))
    for mention in mentions.mentions(who.words):
        done["mentions"] += put_mark(mention)
    close_ledger(root, about, done_by, actor, who.words.mark(reason))
    kept = Erasure.objects.create(kind=kind, object_id=number, by=actor.user, with_files=with_files, done=dict(done))
    transaction.on_commit(partial(outside, who.words, who.authors, named))
    return kept


def forget(one: Personal, rows: Iterable[Any]) -> int:
    """Delete or empty rows, with their history and what hangs on them; returns how many."""
    count = 0
    for row in rows:
        count += 1
        one.first(row)
        forget_attached(row)
        past = getattr(one.model, "history", None)
        if one.erase == DELETE and removed(row):
            if past is not None:
                past.filter(id=row.pk or 0).delete()
            continue
        empty = one.empty(row.pk)
        one.model._base_manager.filter(pk=row.pk).update(**empty)
        if past is not None:
            past.filter(id=row.pk).update(**empty, history_change_reason=None)
        if issubclass(one.model, Row):
            search.put(one.model._base_manager.get(pk=row.pk))
    return count


def removed(row: Any) -> bool:
    """Delete a row; not where another still points at it."""
    number = row.pk
    try:
        with transaction.atomic():
            row.delete()
    except ProtectedError:
        return False
    row.pk = number
    return True


def forget_attached(row: Any) -> None:
    """What hangs on a row: talk, files, its place in the search, reasons of proposals."""
    here = {"kind": type(row)._meta.model_name, "object_id": row.pk}
    notes = Comment.objects.filter(**here)
    Comment.history.filter(id__in=list(notes.values_list("pk", flat=True))).delete()
    notes.delete()
    remove_files(File.objects.filter(**here))
    Index.objects.filter(**here).delete()
    Proposal.objects.filter(**here).update(reason="")


def remove_files(rows: Any) -> None:
    """Rows of files with their history, and their bytes where nothing else has the same; one that is still pointed at
    loses its name and bytes."""
    for row in list(rows):
        digest, number = row.sha256, row.pk
        if removed(row):
            File.history.filter(id=number).delete()
        else:
            for held in (File.objects.filter(pk=number), File.history.filter(id=number)):
                held.update(name="–", sha256="", size=0)
        transaction.on_commit(partial(remove_bytes, digest))


def remove_bytes(digest: str) -> None:
    held = (File.objects, File.history, Import.objects)
    if digest and not any(rows.filter(sha256=digest).exists() for rows in held):
        path_of(digest).unlink(missing_ok=True)


def files_naming(words: mentions.Words) -> list[Path]:
    """The stored files that name somebody, as far as their text can be read."""
    return mentions.in_files(Path(settings.FILES), words)


def put_mark(mention: mentions.Mention) -> int:
    """Write the mark where a row names them; it is no change of the row, and leaves no version."""
    row = mention.row
    type(row)._base_manager.filter(pk=row.pk).update(**mention.marked)
    return 1


# The ledger, and what lies beside the database -----------------------------------------------------------------------


def lines_about(keys: Iterable[tuple[str, int]]) -> set[int]:
    """The lines of the ledger that tell of rows."""
    found: set[int] = set()
    by_kind: dict[str, list[int]] = {}
    for kind, number in keys:
        by_kind.setdefault(kind, []).append(number)
    for kind, numbers in by_kind.items():
        for at in range(0, len(numbers), 500):
            some = Entry.objects.filter(kind=kind, object_id__in=numbers[at : at + 500])
            found.update(some.values_list("pk", flat=True))
    return found


def close_ledger(root: Any, about: Iterable[int], by: Iterable[int], actor: Actor, reason: str) -> None:
    """Empty lines, and write the line that says which."""
    row = type(root)._base_manager.filter(pk=root.pk).first() or root
    ledger.append_emptied(actor, row, ledger.empty(about, by), reason)


def outside(words: mentions.Words, authors: list[str], named: list[Path]) -> None:
    """What lies beside the database: kept evidence and mails that name them, the contacts that the record proposes,
    and the list of who was erased."""
    folder = Path(settings.FOLDER)
    for path in [*named, *(path for name in MADE_ANEW for path in mentions.in_files(folder / name, words))]:
        path.unlink(missing_ok=True)
    cache.clear()
    record.opt_out(authors)
    write_list()


@transaction.atomic
def let_go(one: Personal, row: Any) -> None:
    """Delete or empty one row whose time is over, with the lines of the ledger about it."""
    lines = lines_about({(row._meta.model_name, row.pk)})
    forget(one, [row])
    close_ledger(row, lines, (), DESK, "")


def write_list() -> None:
    """Write beside the database who was erased and what the nights let go of, by kind and number."""
    erased = Erasure.objects.order_by("pk").values("kind", "object_id", "with_files")
    nights = [
        {"kind": one.kind, "period": one.period, "let_go": one.numbers} for one in Retained.objects.order_by("pk")
    ]
    text = "".join(json.dumps(line) + "\n" for line in [*erased, *nights])
    write_atomically(Path(settings.FOLDER) / LIST, text.encode())


def read_list(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def erase_again(file: Path, actor: Actor) -> int:
    """After a restore: erase everybody whom a list names, and who is there again; returns how many."""
    count = 0
    for line in read_list(file):
        if "object_id" not in line:
            continue
        model = next((one for one in apps.get_models() if one._meta.model_name == line["kind"]), None)
        root = model._base_manager.filter(pk=line["object_id"]).first() if model is not None else None
        if root is not None:
            erase(root, actor, with_files=line["with_files"], again=True)
            count += 1
    scrub()
    return count


def scrub() -> None:
    """Write the database's file anew, so that nothing of what was removed is left in its free pages."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
