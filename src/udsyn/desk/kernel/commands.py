"""The verbs that every room shares. Each checks who may, writes the row, its history and one line of the ledger.

`save` creates or changes, `perform` takes a transition of a lifecycle, `confirm` and `refuse` are the second person.
All run in one transaction. A refusal raises `Refused` (may not) or `ValidationError` (cannot, with the reason).
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from i18nfield.strings import LazyI18nString
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from udsyn.desk.kernel import gates, ledger, privacy, search
from udsyn.desk.kernel.models import Comment, Proposal, registration_of
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.rooms import come_into, rooms


class Refused(PermissionDenied):
    """This actor may not do this. Told as 403, or as 404 where even seeing the row is not allowed."""


def values_of(row: Any) -> dict[str, Any]:
    """All stored columns of a row, for comparing and sealing."""
    return {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.attname != "changed"}


def seal(row: Any) -> str:
    return sealed({name: value for name, value in values_of(row).items() if name != "created"})


def sealed(values: dict[str, Any]) -> str:
    """The hash of columns, the same in every reader's language, and for a row as it was written and as it is read."""
    return ledger.seal_of({name: in_all_languages(value) for name, value in values.items()})


def in_all_languages(value: Any) -> Any:
    """A text in several languages as all that is written of it; nothing where nothing is."""
    if not isinstance(value, LazyI18nString):
        return value
    data = value.data
    return ({code: text for code, text in data.items() if text} if isinstance(data, dict) else data) or None


@transaction.atomic
def save(row: Any, actor: Actor, *, reason: str = "", many: dict[str, Any] | None = None) -> Any:
    """Create or change a row. `many` holds links to several rows (name → rows)."""
    stored = locked(row) if row.pk else None
    if not actor.can("change" if stored else "create", stored or row):
        raise Refused()
    if stored is not None and not actor.can("change", row):
        raise ValidationError(_("You would lose the right to this row by that change."))
    if stored is not None:
        refuse_restricted(stored)
    row.clean_since(stored)
    return write(row, actor, "change" if stored else "create", stored, reason=reason, many=many)


def write(
    row: Any, actor: Actor, action: str, stored: Any, *, reason: str = "", many: dict[str, Any] | None = None
) -> Any:
    """Store a row that was checked, with its history, its ledger line and its place in the search index."""
    row._history_user = actor.user
    row._change_reason = reason[:100] or None
    row.save()
    for name, rows in (many or {}).items():
        getattr(row, name).set(rows)
    ledger.append_all(actor, [act_of(row, action, stored, reason)])
    search.put(row)
    if action in ("create", "change"):
        claim([row], actor)
    if stored is not None and getattr(stored, "state", None) != getattr(row, "state", None):
        come_into(row, actor)
    return row


def claim(rows: list[Any], actor: Actor, batch: str = "") -> None:
    """Propose to a second person what rows say of themselves: that they exist already, and in which state."""
    for row in rows:
        step = registration_of(row)
        if step is None:
            continue
        if not step.who.allows(actor, row):
            raise Refused()
        stored = locked(row)
        open_ones = Proposal.objects.filter(kind=type(row).kind(), object_id=row.pk, transition=step.name, state="open")
        if not any(one.seal == seal(stored) for one in open_ones):
            check(stored, step, "")
            propose(stored, step, actor, "", batch)


def write_all(
    rows: list[Any], actor: Actor, action: str, stored: dict[int, Any], *, reason: str = "", batch: str = ""
) -> None:
    """Store many checked rows of one model at once: new ones, and changed ones whose stored form is given by id.

    Each gets its history and its line in the ledger, as if it had been written alone.
    """
    new = [row for row in rows if row.pk is None]
    old = [row for row in rows if row.pk is not None]
    said = {"default_user": actor.user, "default_change_reason": reason[:100] or None, "batch_size": 500}
    if new:
        bulk_create_with_history(new, type(new[0]), **said)
    if old:
        names = [f.name for f in old[0]._meta.concrete_fields if not f.primary_key and f.name != "created"]
        for row in old:
            row.changed = timezone.now()
        bulk_update_with_history(old, type(old[0]), names, **said)
    ledger.append_all(actor, [act_of(row, action, stored.get(row.pk), reason) for row in (*new, *old)])
    search.put_all(rows)
    if batch:
        claim(rows, actor, batch)


def act_of(row: Any, action: str, stored: Any, reason: str) -> ledger.Act:
    """The ledger's line for a row that was just stored."""
    before = values_of(stored) if stored else {}
    after = values_of(row)
    changed = [name for name, value in after.items() if before.get(name) != value]
    return ledger.Act(action, row, changed, sealed(before) if before else "", sealed(after), reason)


def locked(row: Any) -> Any:
    """The stored row, held until the transaction ends (SQLite holds the whole file)."""
    return type(row)._base_manager.select_for_update(of=("self",)).get(pk=row.pk)


@transaction.atomic
def perform(row: Any, name: str, actor: Actor, *, reason: str = "", batch: str = "") -> Proposal | None:
    """Take a transition. Returns the proposal when it waits for a second person, None when it is done.

    Raises `Refused` when the actor may not, `ValidationError` when the state or the guard does not let it happen.
    """
    row = locked(row)
    transition = row.lifecycle.transition(name) if row.lifecycle else None
    if transition is None or not transition.who.allows(actor, row):
        raise Refused()
    refuse_restricted(row)
    check(row, transition, reason)
    if transition.needs_second_person:
        return propose(row, transition, actor, reason, batch)
    take(row, transition, actor, reason)
    return None


def refuse_restricted(row: Any) -> None:
    """Nobody works on what is only kept."""
    if privacy.restricted(row):
        raise ValidationError(_("It is restricted on somebody's demand: it is only kept until that is lifted."))


def check(row: Any, transition: Any, reason: str) -> None:
    if row.state not in transition.sources:
        state = row.lifecycle.state(row.state).label
        raise ValidationError(_("This cannot be done now: it is “%(state)s”.") % {"state": state})
    if transition.needs_reason and not reason.strip():
        raise ValidationError(_("Give a reason."))
    missing = [
        row._meta.get_field(field).verbose_name
        for field in row.lifecycle.state(transition.target).requires
        if getattr(row, field) is None and field not in transition.sets
    ]
    if missing:
        raise ValidationError(_("Write first: %(fields)s.") % {"fields": ", ".join(map(str, missing))})
    refusal = gates.shut(transition.gates, row) or transition.guard(row)
    if refusal:
        raise ValidationError(refusal)


def take(row: Any, transition: Any, actor: Actor, reason: str) -> None:
    stored = type(row)._base_manager.get(pk=row.pk)
    if transition.decides:
        for witness in (witness for room in rooms() for witness in room.witnesses):
            witness(stored, transition, actor, reason)
    row.state = transition.target
    transition.effect(row, actor)
    write(row, actor, transition.name, stored, reason=reason)


def propose(row: Any, transition: Any, actor: Actor, reason: str, batch: str = "") -> Proposal:
    """Let it wait for a second person, who decides all of one `batch` together."""
    kind = type(row).kind()
    for old in Proposal.objects.filter(kind=kind, object_id=row.pk, transition=transition.name, state="open"):
        if old.seal == seal(row):
            raise ValidationError(_("This already waits for a second person."))
        old.state = "outdated"
        old.save()
    proposal = Proposal.objects.create(
        kind=kind,
        object_id=row.pk,
        transition=transition.name,
        reason=reason,
        batch=batch,
        seal=seal(row),
        proposed_by=actor.user,
    )
    ledger.append(actor, f"propose {transition.name}", row, reason=reason)
    return proposal


def may_decide(proposal: Proposal, actor: Actor, row: Any = None) -> bool:
    """A second person: somebody else who may take the transition too."""
    row = row or proposal.parent
    if row is None or proposal.state != "open" or actor.user is None or actor.user.pk == proposal.proposed_by_id:
        return False
    return row.lifecycle.transition(proposal.transition).who.allows(actor, row)


@transaction.atomic
def decide(proposal: Proposal, actor: Actor, *, confirm: bool, reason: str = "") -> str:
    """The second person confirms or refuses. Returns the proposal's state: outdated where the row was changed since."""
    proposal = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    row = locked(proposal.parent)
    if not may_decide(proposal, actor, row):
        raise Refused()
    transition = row.lifecycle.transition(proposal.transition)
    if proposal.seal != seal(row):
        proposal.state = "outdated"
    elif confirm:
        check(row, transition, proposal.reason)
        proposal.state = "confirmed"
    else:
        if not reason.strip():
            raise ValidationError(_("Give a reason."))
        proposal.state = "refused"
    proposal.decided_by, proposal.decided_at = actor.user, timezone.now()
    proposal.save()
    ledger.append(actor, f"{proposal.state} {transition.name}", row, reason=reason)
    if proposal.state == "confirmed":
        take(row, transition, actor, proposal.reason)
    return proposal.state


@transaction.atomic
def comment(row: Any, actor: Actor, text: str, visibility: str) -> Comment:
    """Say something about a row that one sees."""
    if not actor.signed_in or not actor.can("view", row):
        raise Refused()
    note = Comment(
        kind=type(row).kind(),
        object_id=row.pk,
        author=actor.user,
        text=text,
        visibility=visibility if actor.staff else "everyone",
    )
    note.full_clean()
    note._history_user = actor.user
    note.save()
    ledger.append(actor, "comment", row)
    return note
