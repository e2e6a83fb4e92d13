"""Search across everything: one index of folded text, the same on every database, asked through `visible_to`.

Letters are folded to plain lower case ("São" and "sao" find each other, ø is o, æ is ae). A row is found when every
word of the question occurs in its text, in one of its spellings ("Sørensen", "Soerensen"). At the size of a ministry
(tens of thousands of rows) reading the column is quick.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

from udsyn.desk.kernel.models import Index
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import RESOURCES

FEW = 2000  #: entries that hold the words are named by number, so that the texts are read once
LONGEST = 300  #: letters of a question; a database refuses patterns of tens of thousands
LETTERS = str.maketrans({"ø": "o", "æ": "ae", "å": "a", "ß": "ss", "đ": "d", "ł": "l", "ı": "i"})
#: how these letters are written where a keyboard lacks them, and back from there
WRITTEN_OUT = str.maketrans({"ø": "oe", "ö": "oe", "å": "aa", "ä": "ae", "ü": "ue"})
WRITTEN_IN = re.compile(r"oe|aa")  # not ue: "fuel" would find all that is useful
#: an id of a person, a body or a work as its register's address
REGISTERS = re.compile(r"https?://(?:www\.)?(?:orcid|ror|openalex|doi|dx\.doi)\.org/", re.IGNORECASE)
SIGNS = "…,;:.()[]\"'“”„»«"  #: around a word they say nothing: "Sørensen, Anna"


def fold(text: str) -> str:
    flat = unicodedata.normalize("NFKD", text.casefold().translate(LETTERS))
    return " ".join("".join(c for c in flat if not unicodedata.combining(c)).split())


def text_at(row: Any, name: str) -> str:
    value = getattr(row, name)
    data = getattr(value, "data", value)  # a text in several languages is found in each of them
    return " ".join(map(str, data.values())) if isinstance(data, dict) else str(data or "")


def put(row: Any) -> None:
    """Write or renew a row's entry. Fields that not everybody who sees the row may read are left out."""
    put_all([row])


def put_all(rows: Iterable[Any]) -> None:
    """The same for many rows."""
    entries = []
    for row in rows:
        kind = type(row).kind()
        resource = RESOURCES.get(kind)
        if resource is None or not resource.search:
            continue
        if getattr(row, "merged_into_id", None):
            Index.objects.filter(kind=kind, object_id=row.pk).delete()
            continue
        folded = fold(" ".join(text_at(row, name) for name in resource.search))
        entries.append(Index(kind=kind, object_id=row.pk, title=str(row)[:300], folded=folded))
    Index.objects.bulk_create(
        entries,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["kind", "object_id"],
        update_fields=["title", "folded"],
    )


def words(question: str) -> list[list[str]]:
    """The words of a question, each in the folded spellings that a text may have. Of an address the id in it counts."""
    found = (spellings(word.strip(SIGNS)) for word in REGISTERS.sub("", question[:LONGEST]).split())
    return [spelled for spelled in found if spelled]


def spellings(word: str) -> list[str]:
    """As it is written, and with the letters of other languages written out and in."""
    folded = fold(word)
    written_out = fold(unicodedata.normalize("NFC", word).casefold().translate(WRITTEN_OUT))
    written_in = WRITTEN_IN.sub(lambda match: match[0][0], folded)
    return list(dict.fromkeys(filter(None, (folded, written_out, written_in))))


def held_by(folded: str, asked: list[list[str]]) -> bool:
    """Whether a folded text holds every word of a question."""
    return all(any(spelling in folded for spelling in spelled) for spelled in asked)


def find(actor: Actor, question: str, kind: str = "") -> QuerySet[Index]:
    """Entries that hold every word of the question, of rows that the actor sees."""
    asked = words(question)
    if not asked:
        return Index.objects.none()
    wanted = Q()
    for spelled in asked:
        wanted &= reduce(or_, (Q(folded__contains=spelling) for spelling in spelled))
    if kind:
        return Index.objects.on(kind, actor).filter(wanted).order_by("kind", "title")
    held = dict(Index.objects.filter(wanted).values_list("pk", "kind")[: FEW + 1])
    few = Index.objects.filter(pk__in=held).of_kinds(held.values(), actor)
    found = few if len(held) <= FEW else Index.objects.filter(wanted).visible_to(actor)
    return found.order_by("kind", "title")
