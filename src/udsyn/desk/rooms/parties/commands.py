"""Verbs for people and organisations: find likely duplicates, merge two, separate them again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from udsyn.desk.kernel import ledger, links, search
from udsyn.desk.kernel.commands import Refused, locked
from udsyn.desk.kernel.permissions import MINISTRY, OFFICER, Actor
from udsyn.desk.kernel.search import fold
from udsyn.desk.rooms.parties.models import Interval, Merge, Organisation, Person

NEIGHBOURS = 30  #: in a block that a name is compared with; namesakes without end are no findings any more
LIKELY = 90  #: similarity of names, of 100, from which two rows are suggested as one


@dataclass(frozen=True)
class Pair:
    """Two rows that may be one, with the reason."""

    first: Any
    second: Any
    why: str
    score: int


def sure_keys(row: Any) -> list[tuple[str, str]]:
    """Identifiers that two different people or organisations do not share."""
    names = ("orcid", "email") if isinstance(row, Person) else ("ror", "website")
    return [(name, getattr(row, name).casefold().rstrip("/")) for name in names if getattr(row, name)]


def duplicates(rows: list[Any], limit: int = 100) -> list[Pair]:
    """Pairs that are likely one, the surest first: the same identifier, or names that are nearly the same.

    Names are compared without accents and order of words; an identifier that both have and that differs rules
    a pair out.
    """
    found: dict[tuple[int, int], Pair] = {}
    seen: dict[tuple[str, str], Any] = {}
    for row in rows:
        for key in sure_keys(row):
            other = seen.setdefault(key, row)
            if other is not row:
                found[other.pk, row.pk] = Pair(other, row, f"{key[0]}: {key[1]}", 100)
    names = [fold(str(row)) for row in rows]
    for i, j, score in near(names):
        pair = (rows[i].pk, rows[j].pk)
        if pair not in found and not contradict(rows[i], rows[j]):
            found[pair] = Pair(rows[i], rows[j], _("names are alike"), score)
    return sorted(found.values(), key=lambda pair: -pair.score)[:limit]


def alike(row: Any, actor: Actor, limit: int = 5) -> list[Any]:
    """Rows that the actor sees and that are likely this new one: the same identifier, or nearly the same name."""
    rows = list(type(row).objects.visible_to(actor).filter(merged_into__isnull=True))
    keys = set(sure_keys(row))
    same = [other for other in rows if keys & set(sure_keys(other))]
    names = [fold(str(other)) for other in rows]
    found = process.extract(fold(str(row)), names, scorer=fuzz.token_sort_ratio, score_cutoff=LIKELY, limit=limit)
    named = [rows[i] for _name, _score, i in found if not contradict(row, rows[i])]
    return list(dict.fromkeys([*same, *named]))[:limit]


def near(names: list[str]) -> Iterator[tuple[int, int, int]]:
    """Places of names that are nearly the same, and how nearly. Only names that share a block are compared, each with
    its next neighbours there: the work grows with the number of names and never with its square."""
    words = [" ".join(sorted(name.split())) for name in names]
    blocks: dict[str, list[int]] = {}
    for i, name in enumerate(words):
        for key in blocks_of(name):
            blocks.setdefault(key, []).append(i)
    seen: set[tuple[int, int]] = set()
    for block in blocks.values():
        block.sort(key=words.__getitem__)
        for at, i in enumerate(block):
            for j in block[at + 1 : at + 1 + NEIGHBOURS]:
                pair = (i, j) if i < j else (j, i)
                if pair in seen:
                    continue
                seen.add(pair)
                if score := fuzz.ratio(words[i], words[j], score_cutoff=LIKELY):
                    yield *pair, round(score)


def blocks_of(name: str) -> set[str]:
    """What names that are nearly the same have in common: a whole word and how the others begin; how all begin; or,
    where a word is missing or split in one of them, how the whole begins or ends."""
    words, whole = name.split(), name.replace(" ", "")
    begins = [word[:3] for word in words]
    found = {f"{word}|{''.join(b[0] for b in begins[:i] + begins[i + 1 :])}" for i, word in enumerate(words)}
    return found | {" ".join(begins), f"^{whole[:6]}", f"{whole[-6:]}$"}


def contradict(a: Any, b: Any) -> bool:
    mine, other = dict(sure_keys(a)), dict(sure_keys(b))
    return any(name in other and other[name] != value for name, value in mine.items() if name in ("orcid", "ror"))


@transaction.atomic
def merge(keep: Any, gone: Any, actor: Actor, reason: str = "") -> Merge:
    """Make `gone` a part of `keep`: what pointed at it points at `keep`, empty fields are filled; all is written down.

    Raises `Refused` for who may not, `ValidationError` where the two cannot be one.
    """
    if not MINISTRY.allows(actor, keep):
        raise Refused()
    if type(keep) is not type(gone) or keep.pk == gone.pk:
        raise ValidationError(_("Choose two different rows of one kind."))
    keep, gone = locked(keep), locked(gone)
    if keep.merged_into_id or gone.merged_into_id:
        raise ValidationError(_("One of the two is merged already."))
    if isinstance(keep, Person) and getattr(keep, "user", None) and getattr(gone, "user", None):
        raise ValidationError(_("Both have an account; close one first."))
    moved = [list(item) for item in move(gone, keep)]
    filled = {}
    for field in keep._meta.concrete_fields:
        if (
            field.editable
            and getattr(keep, field.attname) in ("", None)
            and getattr(gone, field.attname) not in ("", None)
        ):
            filled[field.attname] = True
    before = ledger.seal_of([str(keep), str(gone)])
    gone.merged_into = keep
    write(gone, actor, reason)
    for name in filled:
        setattr(keep, name, getattr(gone, name))
    write(keep, actor, reason)
    record = Merge.objects.create(
        kind=type(keep).kind(),
        kept_id=keep.pk,
        gone_id=gone.pk,
        moved=moved,
        filled=sorted(filled),
        merged_by=actor.user,
    )
    ledger.append(actor, "merge", keep, fields=[f"{type(gone).kind()} {gone.pk}"], before=before, reason=reason)
    return record


def move(source: Any, target: Any) -> Iterator[tuple[str, str, int]]:
    """Point at `target` what points at `source`; yields each model, column and id."""
    kind = type(source).kind()
    holders = [(model, name, {name: source.pk}) for model, name in links.foreign_keys(type(source))]
    holders += [(model, "object_id", {"kind": kind, "object_id": source.pk}) for model in links.attached()]
    for model, name, where in holders:
        ids = list(model._base_manager.filter(**where).values_list("pk", flat=True))
        model._base_manager.filter(pk__in=ids).update(**{name: target.pk})
        yield from ((model._meta.label, name, pk) for pk in ids)


def write(row: Any, actor: Actor, reason: str) -> None:
    row._history_user = actor.user
    row._change_reason = reason[:100] or None
    row.save()
    search.put(row)


@transaction.atomic
def separate(record: Merge, actor: Actor, reason: str = "") -> None:
    """Undo a merge: what was moved points back, what was filled is empty again, unless it was changed since."""
    if not MINISTRY.allows(actor, record):
        raise Refused()
    if record.undone_at:
        raise ValidationError(_("These two are separated already."))
    model: Any = {"person": Person, "organisation": Organisation}[record.kind]
    keep, gone = model.objects.get(pk=record.kept_id), model.objects.get(pk=record.gone_id)
    for label, name, pk in record.moved:
        apps.get_model(label)._base_manager.filter(pk=pk, **{name: keep.pk}).update(**{name: gone.pk})
    for name in record.filled:
        if getattr(keep, name) == getattr(gone, name):
            setattr(keep, name, None if keep._meta.get_field(name).null else "")
    gone.merged_into = None
    write(keep, actor, reason)
    write(gone, actor, reason)
    record.undone_at = timezone.now()
    record.save()
    ledger.append(actor, "separate", keep, fields=[f"{record.kind} {gone.pk}"], reason=reason)


def may_approve(person: Person | None) -> bool:
    """Somebody with an account and an officer's role today."""
    user = getattr(person, "user", None)
    return user is not None and user.mandates.filter(Interval.on(timezone.localdate()), role=OFFICER).exists()
