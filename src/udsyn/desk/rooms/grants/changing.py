"""Changes of a running grant: what the terms at its award say of one, and what becomes of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from udsyn.desk.kernel import batches
from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.grants.making import made, plan, stored
from udsyn.desk.rooms.grants.models import Grant, GrantChange, GrantLine, Participant
from udsyn.packs.days import months_on
from udsyn.packs.grants import GrantTerms, Judged, judge_budget, judge_duration, judge_who

SILENT = GrantTerms(clause="", source="")  #: terms that say nothing: whatever is asked, an officer decides


def judge(row: GrantChange, today: dt.date) -> Judged:
    """What the terms at the award say of it. Raises ValidationError for what cannot be a change of this kind."""
    grant, says = row.grant, row.grant.says or SILENT
    if row.kind_of == "duration":
        if not (row.starts or row.ends):
            raise ValidationError(_("Write another beginning or end."))
        starts, ends = span_of(grant)
        new = (row.starts or starts, row.ends or ends)
        if new == (starts, ends) or new[1] <= new[0]:
            raise ValidationError({"ends": _("Write an end that is another one, and after the beginning.")})
        return judge_duration(says, (grant.original_starts or starts, grant.original_ends or ends), new, ends, today)
    if row.kind_of == "budget":
        new_lines = amounts(row.lines)
        if sum(new_lines.values()) != grant.amount:
            total = formats.number_format(grant.amount, 2, force_grouping=True)
            raise ValidationError(
                _("The lines come to something else than the grant: %(total)s %(money)s.")
                % {"total": total, "money": grant.currency}
            )
        return judge_budget(says, {one.kind_of: one.awarded for one in grant.grantlines.all()}, new_lines)
    if row.kind_of == "partner":
        if not row.leaves and not (row.name and row.organisation_name and row.country):
            raise ValidationError(_("Say who leaves, or who joins, with organisation and country."))
        return judge_who(says, "partner")
    if row.administrator is None or row.administrator == grant.administrator or row.from_day is None:
        raise ValidationError(_("Say which other institution administers it, and from which day."))
    return judge_who(says, "administrator")


def span_of(grant: Grant) -> tuple[dt.date, dt.date]:
    """From when to when a running grant runs; the database lets none run without."""
    assert grant.starts is not None
    assert grant.ends is not None
    return grant.starts, grant.ends


def amounts(lines: dict[str, Any]) -> dict[str, Decimal]:
    """Kind of cost → amount. Raises ValidationError for what is none."""
    try:
        found = {kind: Decimal(str(value)) for kind, value in lines.items() if value not in (None, "")}
    except InvalidOperation:
        raise ValidationError(_("An amount is no number.")) from None
    if any(not value.is_finite() or value < 0 for value in found.values()):
        raise ValidationError(_("An amount is below zero."))
    return found


@transaction.atomic
def write(row: GrantChange, actor: Actor, *, many: Any = None) -> GrantChange:
    """Store a change with what the terms say of it today."""
    if row.grant.state != "running":
        raise ValidationError(_("Only a running grant changes."))
    found = judge(row, timezone.localdate())
    row.free, row.why, row.found, row.bound = found.free, found.why, found.found, found.bound
    kernel.save(row, actor, many=many)
    return row


@transaction.atomic
def ask(row: GrantChange, actor: Actor) -> GrantChange:
    """Write a change and take it as far as it goes: noted at once where it is free by the terms, else asked for."""
    write(row, actor)
    kernel.perform(row, "note" if row.free else "ask", actor)
    row.refresh_from_db()
    return row


def against(row: GrantChange) -> Any:
    """Why it cannot be a change of its kind now; the grant may have changed since it was written."""
    if row.grant.state != "running":
        return _("Only a running grant changes.")
    try:
        judge(row, timezone.localdate())
    except ValidationError as error:
        return " ".join(error.messages)
    return None


def is_free(row: GrantChange) -> Any:
    """The terms may have said so when it was written; they are asked again on the day."""
    if refusal := against(row):
        return refusal
    return None if judge(row, timezone.localdate()).free else _("The terms do not leave this free: ask for it.")


def has_statements(row: GrantChange) -> Any:
    if refusal := against(row):
        return refusal
    if row.kind_of == "administrator" and not (row.old_agrees and row.new_agrees):
        return _("Both the old and the new administrator sign a statement: attach them and say so.")
    return None


def decided(row: GrantChange, actor: Actor) -> None:
    row.decided_on = timezone.localdate()


def applied(row: GrantChange, actor: Actor) -> None:
    """The change comes true. What it was until then is kept on it."""
    decided(row, actor)
    grant = Grant.objects.select_for_update(of=("self",)).get(pk=row.grant_id)
    {"duration": moved, "budget": moved_between, "partner": other_partner, "administrator": other_administrator}[
        row.kind_of
    ](row, grant)


def moved(row: GrantChange, grant: Grant) -> None:
    row.before = {"starts": str(grant.starts), "ends": str(grant.ends)}
    stored(grant, starts=row.starts or grant.starts, ends=row.ends or grant.ends)
    plan(grant)


def moved_between(row: GrantChange, grant: Grant) -> None:
    held = {one.kind_of: one for one in grant.grantlines.all()}
    row.before = {kind: str(one.amount) for kind, one in held.items()}
    new = amounts(row.lines)
    for kind, amount in new.items():
        if amount and kind not in held:
            made(GrantLine(grant=grant, kind_of=kind, awarded=0, amount=amount))
    for kind, one in held.items():
        if one.amount != new.get(kind, Decimal()):
            stored(one, amount=new.get(kind, Decimal()))


def other_partner(row: GrantChange, grant: Grant) -> None:
    today = timezone.localdate()
    if row.leaves:
        stored(row.leaves, left_on=today)
    if row.name:
        made(
            Participant(
                application=grant.application,
                name=row.name,
                organisation_name=row.organisation_name,
                country=row.country,
                joined_on=today,
            )
        )


def other_administrator(row: GrantChange, grant: Grant) -> None:
    row.before = {"administrator": grant.administrator_id}
    stored(grant, administrator=row.administrator)
    plan(grant)


# Many at once ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def prolong(grants: Sequence[Grant], months: int, reason: str, actor: Actor) -> list[batches.Told]:
    """Propose to a second person that all of these run so many months longer, for one reason."""
    changes = []
    for grant in grants:
        row = GrantChange(grant=grant, kind_of="duration", ends=months_on(span_of(grant)[1], months), reason=reason)
        kernel.perform(write(row, actor), "ask", actor)
        changes.append(row)
    return batches.perform(changes, "approve_together", actor, reason=reason)
