"""What is done with a round: it opens with its rules and its lot, hosts are asked and answer, places are given."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from udsyn import packs
from udsyn.allocation import lottery
from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.permissions import DESK, Actor
from udsyn.desk.kernel.wording import said
from udsyn.desk.rooms.stays import allocating, letters, links, order, staying
from udsyn.desk.rooms.stays.models import Host, Round, StayApplication, Wish
from udsyn.desk.rooms.stays.rules import APPLICANT
from udsyn.packs.outcomes import Outcome

#: working days in which a host answers, where the pack names none
DAYS = 15


# The round -----------------------------------------------------------------------------------------------------------


def has_hosts(row: Round) -> Any:
    return None if row.hosts.exclude(state="dropped").exists() else _("Name the hosts first.")


def opened(row: Round, actor: Actor) -> None:
    """The rules hold as they are now, and the seed of the lot is fixed: its hash is shown now, itself at the end."""
    agreement = row.agreement
    row.terms = agreement.pack_text or f"{agreement.order}@{agreement.pack.version}"
    row.seed = secrets.token_hex(32)
    row.commitment = lottery.commitment(row.seed)
    row.opened_on = timezone.localdate()


def choose(row: Round, actor: Actor, code: str) -> Round:
    """An officer chooses one of the ways; it is kept with what it rests on, until places are given by it."""
    if row.state != "open":
        raise ValidationError(_("Places are given in an open round only."))
    basis = allocating.basis(row)
    found = next((way for way in allocating.ways(row, basis) if way.code == code), None)
    if found is None or found.matching is None:
        raise ValidationError(_("Choose one of the allocations that there are."))
    row.rule = code
    row.chosen = {"matching": found.matching, "reasons": found.reasons, "seal": basis.seal, "lots": basis.lots}
    stored: Round = kernel.save(row, actor, reason=str(found.label))
    return stored


def may_settle(row: Round) -> Any:
    """Why places cannot be given: nothing is chosen, an application or an answer is still awaited, or all changed."""
    if row.applications.filter(state="submitted").exists():
        return _("Check the rules of every application first.")
    asked = order.turn_of_hosts(row)
    wished = row.hosts.filter(wishes__application__state="eligible").distinct()
    if asked is not None and wished.filter(state="asked").exists() and row.state_now != "closed":
        return _("A host has not answered yet, and the round has not closed.")
    if not row.chosen:
        return _("Choose an allocation first, on the page of the places.")
    if row.chosen["seal"] != allocating.basis(row).seal:
        return _("Something changed since the allocation was chosen: choose anew.")
    return None


def settled(row: Round, actor: Actor) -> None:
    """Places are given: whoever has one gets a stay, everybody is told, and why."""
    row.settled_on = timezone.localdate()
    hosts = {str(host.pk): host for host in row.hosts.all()}
    for one in row.applications.filter(state="eligible").select_related("country"):
        host = hosts.get(row.chosen["matching"].get(str(one.pk)) or "")
        one.reason = "" if host else row.chosen["reasons"].get(str(one.pk), "")
        one.save()
        kernel.perform(one, "place" if host else "leave", DESK)
        if host is not None:
            staying.begin(one, host, actor)
        tell(one, host)


def tell(row: StayApplication, host: Host | None) -> None:
    with translation.override(row.language):
        if host is not None:
            text = _("You have a place at %(host)s. We write again when the invitation is ready.") % {"host": host}
        else:
            text = _("There is no place for you in this round. %(why)s") % {"why": row.reason}
        head = _("Dear %(name)s") % {"name": row.name}
        letters.write(row, row.round.officer_id, row.email, str(row.round), f"{head}\n\n{text}")


# Hosts ---------------------------------------------------------------------------------------------------------------


def may_ask(row: Host) -> Any:
    if row.round.state != "open":
        return _("The round is not open.")
    if order.turn_of_hosts(row.round) is None:
        return _("In this round hosts are not asked.")
    return None if letters.asked_of(row) else _("Nobody wishes for this host yet.")


def asked(row: Host, actor: Actor) -> None:
    """The question goes by mail with a link, and on paper beside it. Without an address only the paper is left."""
    turn = order.turn_of_hosts(row.round)
    days = turn.working_days if turn and turn.working_days else DAYS
    row.answer_by = packs.add_working_days(timezone.localdate(), days, settings.HOME)
    below = ["\n\n", links.hole("answer", row), {"stay_sheet": row.pk, "language": row.language}]
    with translation.override(row.language):
        text = _(
            "Dear %(name)s\n\nSomebody wishes to stay with you. Please answer by %(day)s, on this page or on paper:"
        ) % {
            "name": row.name,
            "day": letters.day(row.answer_by),
        }
        letters.write(row, row.round.officer_id, row.email, str(row.round), text, below)


@transaction.atomic
def answer(row: Host, actor: Actor, given: Mapping[int, tuple[str, int | None, str]], places: int, least: int) -> None:
    """What a host answers: wish → yes or no, its rank, its statement; and how many it receives."""
    row = kernel.locked(row)
    if row.round.state != "open":
        raise ValidationError(_("The round is not open: answers are no longer taken."))
    wishes = {wish.pk: wish for wish in letters.asked_of(row)}
    missing = [wish for pk, wish in wishes.items() if given.get(pk, ("",))[0] not in ("yes", "no")]
    if missing:
        raise ValidationError(_("Answer for everybody: %(name)s is left.") % {"name": missing[0].application.name})
    for pk, wish in wishes.items():
        says, rank, statement = given[pk]
        write_wish(wish, actor, says, rank if says == "yes" else None, statement)
    stored = Host.objects.get(pk=row.pk)
    row.places, row.minimum = places, least
    row.clean()
    kernel.write(row, actor, "change", stored)
    kernel.perform(row, "answer", actor)


def write_wish(wish: Wish, actor: Actor, says: str, rank: int | None, statement: str) -> None:
    stored = Wish.objects.get(pk=wish.pk)
    wish.answer, wish.rank, wish.statement = says, rank, statement[:3000]
    kernel.write(wish, actor, "change", stored)


def all_answered(row: Host) -> Any:
    if any(not wish.answer for wish in letters.asked_of(row)):
        return _("Answer for everybody who wishes for this host first.")
    return None


def answered(row: Host, actor: Actor) -> None:
    row.answered_on = timezone.localdate()


# Applications --------------------------------------------------------------------------------------------------------


def may_submit(row: StayApplication) -> Any:
    """Why it cannot be handed in: the round is not open, a host is not named, or it is somebody else's turn."""
    if row.round.state_now != "open":
        return _("The round is not open.")
    if not row.wishes.exists():
        return _("Name at least one host first.")
    if order.first_act(row.round) == "nominate" and not row.nominated_by:
        return _("In this round an authority nominates: say which one.")
    return order.against(row, "apply")


def submitted(row: StayApplication, actor: Actor) -> None:
    row.submitted_on = timezone.localdate()


def is_eligible(row: StayApplication) -> Any:
    """The rules that are not met or of which nobody knows, in their own words."""
    unmet = order.unmet(row)
    return in_words(unmet) if unmet else None


def is_not_eligible(row: StayApplication) -> Any:
    return None if broken(row) else _("It breaks no rule of the round.")


def broken(row: StayApplication) -> list[packs.Verdict]:
    return [one for one in order.unmet(row) if one.outcome is Outcome.NOT_MET]


def in_words(found: list[packs.Verdict]) -> str:
    """The rules with their clauses, in the reader's language."""
    return " ".join(f"{said(one.says)} ({one.clause})" for one in found)


def found_ineligible(row: StayApplication, actor: Actor) -> None:
    with translation.override(row.language):
        row.reason = in_words(broken(row))
    tell(row, None)


@transaction.atomic
def apply(round_: Round, actor: Actor, row: StayApplication, wishes: list[Host]) -> StayApplication:
    """Somebody without an account applies: handed in at once where it is their turn, else kept for the hosts."""
    row.round = round_
    if order.first_act(round_) == "nominate":
        raise ValidationError(_("In this round an authority nominates; write to it."))
    if round_.state_now != "open":
        raise ValidationError(_("The round is not open."))
    row.full_clean()
    kernel.write(row, actor, "create", None)
    for place, host in enumerate(wishes, 1):
        wish = Wish(application=row, host=host, place=place)
        wish.full_clean()
        kernel.write(wish, actor, "create", None)
    if order.first_act(round_) == "apply":
        kernel.perform(row, "submit", staying.linked(APPLICANT, row))
        row.refresh_from_db()
    with translation.override(row.language):
        text = _("Dear %(name)s\n\nWe have your application. You see how it stands on this page:") % {"name": row.name}
        letters.write(row, round_.officer_id, row.email, str(round_), text, ["\n\n", links.hole(APPLICANT, row)])
    return row
