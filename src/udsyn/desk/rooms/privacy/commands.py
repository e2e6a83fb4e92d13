"""What is more than storing: an answer carries out what was asked, a withdrawn consent ends what rested on it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from udsyn.desk.kernel import ledger, ties
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.privacy import Restriction, restricted
from udsyn.desk.rooms.parties.models import Person
from udsyn.desk.rooms.privacy.models import (
    ERASURE,
    OBJECTION,
    RESTRICTION,
    Breach,
    Consent,
    KeptFor,
    PrivacyRequest,
    month_after,
)
from udsyn.desk.tools import erasing, record, retaining, subjects


def is_not_erasure(row: PrivacyRequest) -> Any:
    if row.kind_of == ERASURE:
        return _("Erasing is a step of its own, which a second person confirms.")
    return None if row.answer.strip() else _("Write the answer first.")


def is_erasure(row: PrivacyRequest) -> Any:
    if row.kind_of != ERASURE:
        return _("Nobody asked for erasure.")
    if row.root is None or any(map(restricted, rows_of(row.root))):
        return _("A restriction holds: what is restricted is neither changed nor erased.")
    return None


def rows_of(root: Any) -> list[Any]:
    """Everything of theirs, but what they ask of it."""
    who = subjects.find(root)
    return [root, *(held for _one, rows in who.about for held in rows if not isinstance(held, PrivacyRequest))]


def answered(row: PrivacyRequest, actor: Actor) -> None:
    """What was asked is carried out, as far as the desk does it itself."""
    row.answered_on = timezone.localdate()
    if row.kind_of == RESTRICTION:
        restrict(row.root, actor)
    elif row.kind_of == OBJECTION:
        object_to(row)


def restrict(root: Any, actor: Actor) -> None:
    """Everything of theirs is only kept from now on."""
    for one in rows_of(root):
        if not restricted(one):
            Restriction.objects.create(kind=one._meta.model_name, object_id=one.pk, by=actor.user)


def object_to(row: PrivacyRequest) -> None:
    """They are neither followed nor proposed any more; one list of the record honours it everywhere."""
    who = subjects.find(row.root)
    if who.person:
        ties.refuse(f"person:{who.person}")
    for one, rows in who.about:
        for held in rows:
            if one.model is not Person and hasattr(held, "author"):
                one.first(held)
    transaction.on_commit(lambda: record.opt_out(who.authors))


def erased(row: PrivacyRequest, actor: Actor) -> None:
    """The second person confirmed it: nothing that tells who they are is left, here neither."""
    row.answered_on = timezone.localdate()
    erasing.erase(row.root, actor, with_files=True)
    row.answer = PrivacyRequest.objects.values_list("answer", flat=True).get(pk=row.pk)


def is_restriction(row: PrivacyRequest) -> Any:
    return None if row.kind_of == RESTRICTION else _("Nothing is restricted by it.")


def lifted(row: PrivacyRequest, actor: Actor) -> None:
    for one in rows_of(row.root):
        held = Restriction.objects.filter(kind=one._meta.model_name, object_id=one.pk, until__isnull=True)
        held.update(until=timezone.now())


def may_extend(row: PrivacyRequest) -> Any:
    """Two months more, said within the first (art. 12(3))."""
    if row.due is None or row.due > month_after(row.received):
        return _("It was extended already.")
    return None if timezone.localdate() <= row.due else _("The month is over: it had to be said within it.")


def extended(row: PrivacyRequest, actor: Actor) -> None:
    row.due = month_after(row.received, 3)


def refused(row: PrivacyRequest, actor: Actor) -> None:
    row.answered_on = timezone.localdate()


def withdrawn(row: Consent, actor: Actor) -> None:
    """Where the person is held by consent and no other stands, the next night lets go of them."""
    row.withdrawn_on = timezone.localdate()
    others = Consent.objects.filter(person=row.person, state="given").exclude(pk=row.pk)
    if row.person.legal_basis == "consent" and not others.exists():
        Person.objects.filter(pk=row.person_id).update(keep_until=timezone.localdate() - retaining.DAY)


def is_told(row: Breach) -> Any:
    if not row.measures.strip() or not row.consequences.strip():
        return _("Write first what the consequences are and what was done.")
    return None


def judged(row: Breach, actor: Actor) -> None:
    row.decided_at = timezone.now()


def house() -> list[retaining.Period]:
    """The periods that the house itself has set."""
    return [(one, period.keep) for period in KeptFor.objects.all() for one in period.about()]


@transaction.atomic
def note_pack(row: PrivacyRequest, actor: Actor) -> None:
    ledger.append(actor, "pack", row)


def nightly() -> dict[str, Any]:
    """Let go of what is kept no longer, and write anew the file of the database and the list of who was erased."""
    done = retaining.retain(timezone.localdate(), house())
    erasing.write_list()
    if done["let_go"]:
        erasing.scrub()
    return done
