"""The verbs of the room of programmes: writing rules and answers, handing in, screening, and what follows from each."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from udsyn import packs
from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel import gates, ledger
from udsyn.desk.kernel.arrival import moment
from udsyn.desk.kernel.models import Message
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.parties.models import User
from udsyn.desk.rooms.programmes import case as cases
from udsyn.desk.rooms.programmes.models import Application, Call, Clash, Finding, Member, Paper, Partner, Terms, new_key
from udsyn.packs.clock import in_time

# The rules of a call -------------------------------------------------------------------------------------------------


@transaction.atomic
def write_call(row: Call, actor: Actor, *, many: Any = None) -> Call:
    """Store a call; rules that differ from the newest version are another version."""
    kernel.save(row, actor, many=many)
    newest = row.terms
    if newest is None or newest.pack_text != row.pack_text:
        kernel.save(Terms(call=row, number=1 if newest is None else newest.number + 1, pack_text=row.pack_text), actor)
    return row


def has_rules(call: Call) -> Any:
    pack = call.pack
    if not pack.questions:
        return _("The rules ask no questions yet.")
    if pack.deadline is not None and call.closes_at is not None and call.closes_at < timezone.now():
        return _("The call would be closed before it opens.")
    return None


def nobody_applied(call: Call) -> Any:
    if call.applications.exclude(state__in=("draft", "withdrawn")).exists():
        return _("Applications have come in: decide them.")
    return None


# In time -------------------------------------------------------------------------------------------------------------


def not_in_time(row: Application) -> Any:
    """Why it may not be handed in at this moment; nothing where it may."""
    call, now = row.call, moment()
    if call.state != "published":
        return _("The call is not open.")
    if call.opens_at is not None and now < call.opens_at:
        return _("The call is not open yet.")
    deadline = call.pack.deadline
    if deadline is None or in_time(deadline, now) or (row.late_until is not None and now <= row.late_until):
        return None
    return _("The deadline has passed. What you wrote is kept.")


# Writing -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def apply(call: Call, actor: Actor, title: str) -> Application:
    """Begin an application. It needs no verified organisation."""
    row = Application(call=call, lead_id=actor.person, title=title, language=translation.get_language() or "da")
    if call.state != "published":
        raise ValidationError(_("The call is not open."))
    known = row.lead.affiliations.order_by("-starts").first() if actor.person else None
    if known is not None:
        row.organisation, row.organisation_name = known.organisation, str(known.organisation)
    made: Application = kernel.save(row, actor)
    return made


@transaction.atomic
def write_answers(row: Application, actor: Actor, given: dict[str, Any], base: int) -> list[Clash]:
    """Store title and answers that were written on the state of revision `base`; returns what clashes.

    A field that only this writer changed is taken; one that somebody changed since stays as it stands, and what this
    writer wrote is kept beside it. Nothing is lost, whoever saves first.
    """
    stored = kernel.locked(row)
    if not actor.can("change", stored):
        raise kernel.Refused()
    before = fields_at(stored, base)
    now = fields_of(stored)
    names = {"title", "organisation_name", *(asked.name for asked in cases.questions(stored))}
    wanted = {name: value for name, value in given.items() if name in names and value != before.get(name)}
    clashing = {name for name in wanted if now.get(name) != before.get(name) and now.get(name) != wanted[name]}
    taken = {name: value for name, value in wanted.items() if name not in clashing and now.get(name) != value}
    if taken:
        for name in ("title", "organisation_name"):
            setattr(stored, name, taken.pop(name, getattr(stored, name)))
        stored.answers = {**stored.answers, **taken}
        stored.revision += 1
        kernel.save(stored, actor)
    made = [
        Clash.objects.get_or_create(application=stored, field=name, value=wanted[name], user=actor.user)[0]
        for name in sorted(clashing)
    ]
    for name in ("title", "organisation_name", "answers", "revision"):
        setattr(row, name, getattr(stored, name))
    return made


def fields_of(row: Any) -> dict[str, Any]:
    """What writers write, by name."""
    return {"title": row.title, "organisation_name": row.organisation_name, **row.answers}


def fields_at(row: Application, revision: int) -> dict[str, Any]:
    """The same as it stood at a revision."""
    old = row.history.filter(revision=revision).order_by("-history_id").first() if revision != row.revision else row
    return fields_of(old) if old is not None else {}


@transaction.atomic
def settle(clash: Clash, actor: Actor, *, take: bool) -> None:
    """Choose between what stands and what was kept beside it."""
    row = kernel.locked(clash.application)
    if not actor.can("change", row):
        raise kernel.Refused()
    if take:
        write_answers(row, actor, {clash.field: clash.value}, row.revision)
    clash.delete()


@transaction.atomic
def add_member(row: Member, actor: Actor) -> Member:
    """Somebody writes or reads along. Whether there is an account with that address is told to nobody."""
    found = User.objects.filter(email__iexact=row.email, is_active=True).first()
    row.email, row.person_id = row.email.lower(), found.person_id if found else None
    stored: Member = kernel.save(row, actor)
    return stored


def know_members() -> dict[str, Any]:
    """Each night: members whose account came later become known as people, so that a new address changes nothing."""
    known = 0
    for member in Member.objects.filter(person__isnull=True):
        user = User.objects.filter(email__iexact=member.email, is_active=True, person__isnull=False).first()
        if user is not None:
            known += Member.objects.filter(pk=member.pk, person__isnull=True).update(person_id=user.person_id)
    return {"members": known, "failed": []}


@transaction.atomic
def take_away(paper: Paper, actor: Actor) -> None:
    """Take a document from its place. Its file stays with the application, and the ledger says who did it."""
    if not actor.can("change", paper):
        raise kernel.Refused()
    ledger.append(actor, "change", paper.application, fields=[paper.file.name])
    paper.delete()


# Handing in ----------------------------------------------------------------------------------------------------------


def may_submit(row: Application) -> Any:
    """Why it cannot be handed in now. Amendments that were asked for need no deadline."""
    if row.state == "draft" and (late := not_in_time(row)):
        return late
    if row.clashes.exists():
        return _("Somebody else wrote at the same time: choose what stands first.")
    lacks = list(cases.missing(row))
    return _("Still missing: %(things)s") % {"things": " · ".join(lacks)} if lacks else None


def submitted(row: Application, actor: Actor) -> None:
    """Seal it as it is, under the rules of now; amendments stay under the rules they were first handed in under."""
    row.submitted_at = moment() if row.submitted_at is None else row.submitted_at
    row.terms = row.terms or row.call.terms
    row.sealed_case = cases.case_of(row) | {"applicant_is": who(row)}
    row.seal = cases.seal_of(row.sealed_case, row.terms.pack_text, row.submitted_at.isoformat())
    Finding.objects.filter(application=row).delete()
    mail_receipt(row)


def who(row: Application) -> dict[str, str]:
    """The applicant as known today."""
    employer = row.organisation or row.organisation_name
    return {"name": str(row.lead), "email": row.lead.email, "employer": str(employer)}


def changed_since(row: Application) -> dict[str, tuple[str, str]]:
    """What is another name, address or employer now than when it was handed in."""
    then = (row.sealed_case or {}).get("applicant_is", {})
    return {name: (then[name], now) for name, now in who(row).items() if name in then and then[name] != now}


def may_have_leave(row: Application) -> Any:
    call = row.call
    if call.pack.late is None:
        return _("The rules of this call give nobody leave to be late.")
    if call.closes_at is None or timezone.now() <= call.closes_at:
        return _("The deadline has not passed.")
    if timezone.now() > call.closes_at + dt.timedelta(call.pack.late.days):
        return _("The time in which leave can be given is over.")
    return None


def leave_given(row: Application, actor: Actor) -> None:
    assert row.call.closes_at is not None
    assert row.call.pack.late is not None
    row.late_until = row.call.closes_at + dt.timedelta(row.call.pack.late.days)
    write_to(row, _("You may hand in late"), _("You may still hand in until %(moment)s.") % {"moment": local(row)})


def local(row: Application) -> str:
    zone = row.call.pack.deadline.zone if row.call.pack.deadline else "UTC"
    return f"{row.late_until:%Y-%m-%d %H:%M} UTC ({zone})"


# Screening -----------------------------------------------------------------------------------------------------------


def key_of(verdict: packs.Verdict) -> str:
    return f"{verdict.rule}:{verdict.of}" if verdict.of else verdict.rule


def screening(row: Application) -> list[tuple[packs.Verdict, Finding | None]]:
    """Each rule's verdict on what was handed in, with an officer's finding where there is one."""
    findings = {finding.rule: finding for finding in row.findings.all()}
    case = row.sealed_case or cases.case_of(row)
    return [(verdict, findings.get(key_of(verdict))) for verdict in cases.verdicts(row, case)]


def outcomes(row: Application) -> list[packs.Outcome]:
    return [packs.Outcome(finding.outcome) if finding else verdict.outcome for verdict, finding in screening(row)]


@transaction.atomic
def find(row: Application, actor: Actor, rule: str, outcome: str, reason: str) -> Finding:
    """An officer's word on one rule, with the reason; the word before it stays in the history."""
    if rule not in {key_of(verdict) for verdict, _finding in screening(row)}:
        raise ValidationError(_("The call has no such rule."))
    finding = Finding.objects.filter(application=row, rule=rule).first() or Finding(application=row, rule=rule)
    finding.outcome, finding.reason, finding.by = outcome, reason, actor.user
    stored: Finding = kernel.save(finding, actor, reason=reason)
    return stored


def is_eligible(row: Application) -> Any:
    """Why it cannot be found eligible: a rule that is not met or not known, or a gate of the call."""
    against = [
        cases.said(verdict.says)
        for (verdict, _finding), outcome in zip(screening(row), outcomes(row), strict=True)
        if outcome is not packs.Outcome.MET
    ]
    if against:
        return _("Not settled: %(rules)s") % {"rules": " ".join(against)}
    return gates.shut(row.pack.gates, row)


def is_not_eligible(row: Application) -> Any:
    if packs.Outcome.NOT_MET in outcomes(row):
        return None
    return _("No rule is broken. Note first which one is not fulfilled, and why.")


def found_ineligible(row: Application, actor: Actor) -> None:
    broken = [
        f"- {cases.said(verdict.says)} ({verdict.clause}; {verdict.source})"
        + (f"\n  {finding.reason}" if finding else "")
        for (verdict, finding), outcome in zip(screening(row), outcomes(row), strict=True)
        if outcome is packs.Outcome.NOT_MET
    ]
    text = _("Your application cannot be considered, because of these rules of the call:")
    write_to(row, _("Your application"), "\n".join([text, "", *broken]))


def returned(row: Application, actor: Actor) -> None:
    text = _("Your application is open for amendments. Please see the comments on its page, and hand it in again.")
    write_to(row, _("Your application"), text)


# Partners ------------------------------------------------------------------------------------------------------------


def invited(row: Partner, actor: Actor) -> None:
    """Ask the partner by mail; a link that was sent before is worth nothing any more."""
    row.key, row.invited_at = new_key(), moment()
    text = _("%(lead)s names you as partner in an application: %(title)s. Please confirm or decline here:") % {
        "lead": row.application.lead,
        "title": row.application.title,
    }
    write_to(row.application, _("Please confirm that you take part"), text, row.email, [" ", {"partner": row.pk}])


@transaction.atomic
def write_partner(row: Partner, actor: Actor, *, many: Any = None) -> Partner:
    """Change a partner. Whoever is somebody else now has confirmed nothing, and an old link answers for nobody."""
    stored = Partner.objects.get(pk=row.pk)
    if any(getattr(stored, name) != getattr(row, name) for name in ("email", "organisation_name", "country_id")):
        row.state, row.key, row.invited_at, row.answered_at = "named", new_key(), None, None
    changed: Partner = kernel.save(row, actor, many=many)
    return changed


def answered(row: Partner, actor: Actor) -> None:
    row.answered_at = timezone.now()


def may_answer(row: Partner) -> Any:
    if row.application.state in ("awarded", "declined", "ineligible", "withdrawn"):
        return _("This application is settled. You need do nothing.")
    return None


# Mail ----------------------------------------------------------------------------------------------------------------


def write_to(row: Application, subject: str, text: str, to: str = "", below: list[Any] | None = None) -> None:
    """Put a letter into the outbox of the call's officer, who lets it go. Without an address there is none."""
    recipient = to or row.lead.email
    officer = User.objects.filter(person=row.call.officer_id).first()
    if not recipient or officer is None:
        return
    head = _("Dear %(name)s") % {"name": row.lead} if not to else _("Dear partner")
    message = Message(
        recipient=recipient,
        subject=subject[:200],
        body=f"{head}\n\n{text}\n",
        below=below or [],
        responsible=officer,
        about=f"application:{row.pk}",
    )
    message.full_clean()
    kernel.write(message, Actor(officer, str(officer)), "create", None)


def mail_receipt(row: Application) -> None:
    text = _("We have received “%(title)s” at %(moment)s UTC. Its seal is %(seal)s.") % {
        "title": row.title,
        "moment": f"{row.submitted_at:%Y-%m-%d %H:%M:%S}",
        "seal": row.seal,
    }
    write_to(row, _("Receipt"), text, below=["", {"receipt": row.pk}])
