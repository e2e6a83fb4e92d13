"""A decision with its dossier: composed as it stood, sealed, and noted in the ledger in the same transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from i18nfield.strings import LazyI18nString

from udsyn.desk.kernel import commands, dossiers, ledger
from udsyn.desk.kernel.models import Entry
from udsyn.desk.kernel.permissions import MINISTRY, Actor
from udsyn.desk.kernel.wording import language
from udsyn.desk.rooms.dossiers import plain
from udsyn.desk.rooms.dossiers.compose import in_both_languages
from udsyn.desk.rooms.dossiers.models import Dossier

SEALED = "seal"  #: the ledger's word; its line holds the hash


def witness(row: Any, step: Any, actor: Actor, reason: str) -> None:
    """A step of a life that decides: keep what was known as it is taken."""
    if type(row).kind() in dossiers.subjects():
        seal(row, in_languages(lambda: str(step.label)), actor, reason)


def page_of(row: Dossier) -> plain.Page:
    """What was sealed in the reader's language, or in one that it is in."""
    page: plain.Page | None = row.content.get(language())
    return page or next(iter(row.content.values()))


def in_languages(say: Callable[[], str]) -> LazyI18nString:
    """The same words in each language of the desk."""
    found = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found[code] = say()
    return LazyI18nString(found)


def decide(row: Any, words: str, actor: Actor, reason: str) -> Dossier:
    """A decision that no step of a life says: keep a centre, repeat a call. Raises PermissionDenied or
    ValidationError."""
    subject = dossiers.subjects().get(type(row).kind())
    if subject is None or not may_decide(row, actor):
        raise PermissionDenied
    if subject.by_step:
        raise ValidationError(_("This is decided by a step on its own page."))
    if not words.strip() or not reason.strip():
        raise ValidationError(_("Write what is decided, and why."))
    return seal(row, in_languages(words.strip), actor, reason.strip())


def may_decide(row: Any, actor: Actor) -> bool:
    return MINISTRY.allows(actor, row) and actor.can("view", row)


@transaction.atomic
def seal(row: Any, words: LazyI18nString, actor: Actor, reason: str) -> Dossier:
    """Store the dossier of a row as it stands, with the decision; its hash goes into the ledger."""
    today = timezone.localdate()
    made = Dossier(
        of_kind=type(row).kind(),
        of_id=row.pk,
        about=str(row)[:300],
        decision=words,
        reason=reason,
        day=today,
        decided_by_id=actor.person,
        content=in_both_languages(row, today),
    )
    made.seal = ledger.seal_of(made.sealed)
    commands.write(made, actor, "create", None)
    ledger.append(actor, SEALED, made, after=made.seal)
    return made


def holds(row: Dossier) -> bool:
    """Is what is stored what was sealed, and does the ledger say the same?"""
    noted = Entry.objects.filter(kind="dossier", object_id=row.pk, action=SEALED).values_list("after", flat=True)
    return ledger.seal_of(row.sealed) == row.seal and list(noted) == [row.seal]
