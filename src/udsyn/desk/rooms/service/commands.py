"""Verbs of the service room. The lifecycles call guards (a reason against, or None) and effects by their names."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from udsyn.desk.evidence import security
from udsyn.desk.kernel import commands, queues
from udsyn.desk.kernel.commands import Refused
from udsyn.desk.kernel.permissions import DESK, Actor
from udsyn.desk.rooms.parties.advertising import is_protected
from udsyn.desk.rooms.parties.commands import may_approve
from udsyn.desk.rooms.parties.models import Organisation
from udsyn.desk.rooms.posts.models import Centre
from udsyn.desk.rooms.service import links, mails
from udsyn.desk.rooms.service.models import (
    FOLLOW_UPS,
    Appointment,
    Candidate,
    Check,
    FollowUp,
    Introduction,
    Link,
    OptOut,
    Outcome,
    Request,
    Step,
)
from udsyn.desk.rooms.service.rules import Holder
from udsyn.desk.rooms.service.states import OPEN


def log(request: Request, what: str, actor: Actor, **fields: Any) -> Step:
    """Write one line of the request's log."""
    step = Step(request=request, what=what, by_id=actor.person, **fields)
    step._history_user = actor.user
    step.save()
    return step


# Asking --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def take_in(request: Request, actor: Actor, channel: str) -> Request:
    """Store a request that came in. A visitor may ask too; colleagues go through `type_in`, which checks them.

    Where the sender has an account, or their address or organisation is known, the request is linked to them.
    """
    request.channel = channel
    if actor.signed_in and not actor.staff:
        request.sender_user = actor.user
        request.person_id = actor.person
        request.organisation_id = request.organisation_id or next(iter(sorted(actor.organisations)), None)
    if request.organisation_id is None and request.organisation_name:
        same = Organisation.objects.filter(name__iexact=request.organisation_name.strip(), merged_into__isnull=True)
        request.organisation = same.first()
    request.full_clean()
    commands.write(request, actor, "create", None)
    log(request, "received", actor, detail=channel, at=moment(request.received))
    return request


def first_line(row: Request) -> Step:
    """The first line of the log of a request that comes from a spreadsheet; neither is stored yet."""
    row.channel = "import"
    return Step(request=row, what="received", detail="import", at=moment(row.received))


def moment(day: dt.date) -> dt.datetime:
    """Now for today, noon for a day gone by."""
    if day == timezone.localdate():
        return timezone.now()
    return dt.datetime.combine(day, dt.time(12), timezone.get_current_timezone()).astimezone(dt.UTC)


@transaction.atomic
def type_in(request: Request, actor: Actor, *, note: str = "", how: str = "", minutes: int | None = None) -> Request:
    """A colleague writes down a request, with the contact by which it came."""
    if not actor.can("create", request):
        raise Refused()
    request.handler_id = request.handler_id or actor.person
    take_in(request, actor, "typed")
    if how or note or minutes:
        log(request, "contact", actor, note=note, how=how, minutes=minutes)
    return request


@transaction.atomic
def log_contact(step: Step, actor: Actor) -> Step:
    """A colleague logs a contact about a request that is there already."""
    if not actor.can("change", step.request):
        raise Refused()
    step.what, step.by_id = "contact", actor.person
    step.full_clean()
    return commands.write(step, actor, "create", None)


# Triage and scope ----------------------------------------------------------------------------------------------------


def rivals(request: Request) -> Any:
    """Open requests whose client competes with this one's client, as either of them said."""
    named = Request.objects.filter(organisation__in=request.competitors.all()).order_by().values("pk")
    if request.organisation_id is not None:
        said = Request.competitors.through.objects.filter(organisation=request.organisation_id)
        named = named.union(said.values("request"))  # asked apart, so that few requests are looked at
    return Request.objects.filter(pk__in=named, state__in=OPEN).exclude(pk=request.pk)


def rival_of_handler(row: Request) -> Any:
    """Nobody serves two clients who compete."""
    if row.handler_id and rivals(row).filter(handler=row.handler_id).exists():
        return _("You serve a client who competes with this one: somebody else must take it up.")
    return None


def accepted(row: Request, actor: Actor) -> None:
    row.handler_id = row.handler_id or actor.person
    refusal = rival_of_handler(row)
    if refusal:
        raise ValidationError(refusal)
    log(row, "accepted", actor)


def declined(row: Request, actor: Actor) -> None:
    log(row, "declined", actor)
    mails.declined(row, actor)


def has_other_centre(row: Request) -> Any:
    if row.redirect_to_id in (None, row.centre_id):
        return _("Write first to which other centre it passes.")
    return None


def redirected(row: Request, actor: Actor) -> None:
    """The other centre gets its own request; private notes stay here."""
    assert row.redirect_to is not None  # has_other_centre asked
    log(row, "redirected", actor, detail=row.redirect_to.slug)
    new = Request(
        centre=row.redirect_to,
        redirected_from=row,
        handler=None,
        **{
            name: getattr(row, name)
            for name in (
                "name", "email", "organisation_name", "text", "language", "person", "organisation", "client_type",
                "theme", "need", "sender_user", "purpose", "legal_basis",
            )
        },
    )  # fmt: skip
    take_in(new, DESK, "referral")
    new.competitors.set(row.competitors.all())
    mails.passed_on(row, actor)


def triggers(
    row: Request, day: dt.date | None = None, vetting: Candidate | None = None
) -> tuple[security.Trigger, ...]:
    """What fires for this request by the lists of a day (today): country, answers, need, where its candidates work.

    `vetting` is a candidate that is becoming one of them just now.
    """
    answers = {"critical": row.critical, "sanctioned": row.sanctioned, "dual_use": row.dual_use}
    today = day or timezone.localdate()
    places = {row.partner.code} | ({row.centre.country.code} if row.centre else set())
    fired = security.fired(places, answers, today)
    fired += security.by_field(row.need, (), today)
    at_work = set(places_of_work(row)) if row.pk else set()
    if vetting is not None:
        at_work.add((vetting.institution, vetting.country.code if vetting.country else None))
    return fired + security.named_by_lists(sorted(at_work, key=str), today)


def places_of_work(row: Request) -> Iterable[tuple[str, str | None]]:
    """Institution and country of the candidates that may still be introduced."""
    still = row.candidates.exclude(state__in=("found", "dropped", "passed"))
    return still.values_list("institution", "country__code")


def is_clear(row: Request) -> Any:
    if not row.need.strip():
        return _("Write the need first, in words that an outsider may read.")
    if "" in (row.critical, row.sanctioned, row.dual_use):
        return _("Answer the three questions of research security first.")
    if triggers(row) and not may_approve(row.approver):
        return _("A trigger of research security fires: name who approves, a colleague of the ministry.")
    return None


def scoped(row: Request, actor: Actor) -> None:
    log(row, "scoped", actor)
    recheck(row, actor)


def recheck(row: Request, actor: Actor, vetting: Candidate | None = None) -> Check | None:
    """Open, renew or end the security check as the triggers of today say. A decision stands while they are the same."""
    now = [trigger.as_row() for trigger in triggers(row, vetting=vetting)]
    check = Check.objects.filter(request=row).first()
    if check is None:
        if not now or row.approver is None:  # without an approver the gate says so
            return None
        check = Check(request=row, triggers=now, approver=row.approver, asked_by_id=actor.person or row.handler_id)
        check.full_clean()
        return commands.write(check, actor, "create", None)
    if check.triggers == now:
        return check
    stored = commands.locked(check)
    check.triggers = now
    check.approver = row.approver or check.approver
    commands.write(check, actor, "change", stored, reason=_("the triggers are others now"))
    if not now and check.state == "open":
        commands.perform(check, "void", DESK, reason=_("no trigger fires any more"))
    elif now and check.state != "open":
        commands.perform(check, "reopen", DESK, reason=_("the triggers are others now"))
    return commands.locked(check)


def another_person(row: Check) -> Any:
    if row.approver_id in (row.asked_by_id, row.request.handler_id):
        return _("Somebody else than the one who asks must decide.")
    return None if row.evidence.strip() else _("Write first what was looked up, where and when.")


def check_decided(row: Check, actor: Actor) -> None:
    log(row.request, "contact", actor, detail=f"security:{row.state}")


def insecure(row: Any) -> Any:
    """Why research security does not let a request, or an introduction of it, go on; None where it does."""
    if not isinstance(row, Request | Introduction):
        return None
    request = row if isinstance(row, Request) else row.request
    check = Check.objects.filter(request=request).first()
    now = [trigger.as_row() for trigger in triggers(request)]
    if check is None and not now:
        return None
    if check is None and request.approver is None:
        return _("A trigger of research security fires: name who approves, a colleague of the ministry.")
    if check is None or check.state == "open":
        return _("The security check waits for its approver.")
    if any(trigger not in check.triggers for trigger in now):
        return _("What fires today is more than was decided on: have the security check looked at anew.")
    return None if check.passed else _("The security check was not cleared.")


def candidate_vetted(row: Candidate, actor: Actor) -> None:
    """Where a candidate works may be on a list: then the check is opened, or opened anew."""
    if row.request.state in OPEN[2:]:
        recheck(row.request, actor, vetting=row)


@transaction.atomic
def change(request: Request, actor: Actor, *, many: dict[str, Any] | None = None) -> Request:
    """Store a changed request; where its country or its answers changed, research security is looked at anew."""
    commands.save(request, actor, many=many)
    if request.state in OPEN[2:]:
        recheck(request, actor)
    return request


# Candidates and the short list ---------------------------------------------------------------------------------------


def digest(address: str) -> str:
    return hashlib.sha256(address.strip().casefold().encode()).hexdigest() if address else ""


def has_opted_out(address: str, author: str = "") -> bool:
    found = OptOut.objects.none()
    if address:
        found = found | OptOut.objects.filter(digest=digest(address))
    if author:
        found = found | OptOut.objects.filter(author=author)
    return found.exists()


def may_be_proposed(row: Candidate) -> Any:
    """Not somebody who opted out, and nobody of a competitor's."""
    if has_opted_out(row.address, row.author):
        return _("This person asked never to be written to.")
    names = {o.name.casefold() for o in row.request.competitors.all()}
    own = set() if row.person is None else {a.organisation.name.casefold() for a in row.person.affiliations.all()}
    if names & (own | {row.institution.casefold()}):
        return _("This person works for a competitor of the client.")
    return None


def client_reachable(row: Any) -> Any:
    request = row if isinstance(row, Request) else row.request
    if not request.email:
        return _("The client's e-mail is unknown.")
    return _("The client asked never to be written to.") if has_opted_out(request.email) else None


def may_send_list(row: Request) -> Any:
    if not row.candidates.filter(state="vetted").exists():
        return _("No vetted candidate is on the list yet.")
    return client_reachable(row)


def list_sent(row: Request, actor: Actor) -> None:
    vetted = list(row.candidates.filter(state="vetted"))
    for candidate in vetted:
        refusal = may_be_proposed(candidate)
        if refusal:
            raise ValidationError(f"{candidate}: {refusal}")
        commands.perform(candidate, "list", DESK)
    log(row, "listed", actor, detail=str(len(vetted)))
    mails.shortlist(row, actor, links.make("shortlist", row, row.email), vetted)


@transaction.atomic
def choose(request: Request, actor: Holder, wanted: Iterable[int]) -> int:
    """The client's answer to the short list: a yes to some, a pass on the others. Returns how many were chosen."""
    chosen = set(wanted)
    count = 0
    listed = list(request.candidates.filter(state="shortlisted"))
    if not listed:
        raise ValidationError(_("You have answered already."))
    for candidate in listed:
        commands.perform(candidate, "choose" if candidate.pk in chosen else "pass", actor)
        count += candidate.pk in chosen
    log(request, "chosen", actor, detail=str(count))
    if count and commands.locked(request).state == "shortlisted":
        commands.perform(request, "introduce", DESK)
    use(actor.link)
    return count


def use(link: Link) -> None:
    Link.objects.filter(pk=link.pk, used__isnull=True).update(used=timezone.now())


def chosen(row: Candidate, actor: Actor) -> None:
    introduction = Introduction(candidate=row, client_yes_at=timezone.now())
    introduction.full_clean()
    commands.write(introduction, actor, "create", None)


# Introductions -------------------------------------------------------------------------------------------------------


def may_ask(row: Introduction) -> Any:
    if not row.candidate.address:
        return _("The candidate's e-mail is unknown: write it on the candidate first.")
    return may_be_proposed(row.candidate) or unasked(row.candidate) or client_reachable(row.candidate)


def unasked(row: Candidate) -> Any:
    """Why one may not be written to unasked: CVR protects their organisation against advertising; a yes lifts it."""
    if row.legal_basis == "consent" or not is_protected(row.person, row.institution):
        return None
    return _(
        "The organisation is protected against advertising (CVR): ask in another way, and write consent as the legal "
        "basis."
    )


def candidate_asked(row: Introduction, actor: Actor) -> None:
    log(row.request, "asked", actor, about=row.pk)
    mails.consent(row, actor, links.make("consent", row, row.candidate.address))


def agreed(row: Introduction, actor: Actor) -> None:
    """Both said yes: only now do they get each other's address, and the follow-ups are planned."""
    row.agreed_at = timezone.now()
    request = row.request
    log(request, "agreed", actor, about=row.pk)
    candidate = commands.locked(row.candidate)
    candidate.legal_basis = "consent"
    commands.write(candidate, actor, "change", commands.locked(candidate), reason=_("said yes by mail link"))
    mails.introduce(row, actor)
    if request.state in ("shortlisted", "introducing"):
        commands.perform(request, "follow", DESK)
    if not request.followups.exists():
        for days in FOLLOW_UPS:
            due = timezone.localdate(row.agreed_at) + dt.timedelta(days=days)
            commands.write(FollowUp(request=request, after=days, due=due), DESK, "create", None)


def not_agreed(row: Introduction, actor: Actor) -> None:
    links.revoke(row)
    log(row.request, "silent" if row.state == "silent" else "refused", actor, about=row.pk)
    mails.withdraw_drafts(row.request, DESK, "link", link_of(row))
    mails.no_luck(row, DESK)


def link_of(row: Any) -> int:
    found = Link.objects.filter(kind=type(row).kind(), object_id=row.pk).order_by("-pk").first()
    return found.pk if found else 0


def opted_out(row: Introduction, actor: Actor) -> None:
    never_again(row.candidate.address, row.candidate.author)
    not_agreed(row, actor)


def never_again(address: str, author: str = "") -> None:
    """Keep that somebody must not be asked, without keeping the address."""
    OptOut.objects.get_or_create(digest=digest(address), author=author)


def introduction_withdrawn(row: Introduction, actor: Actor) -> None:
    """Where the candidate was asked already, they are told; a mail that has not left does not leave."""
    links.revoke(row)
    number = link_of(row)
    left = Link.objects.filter(pk=number, expires__isnull=False).exists()
    mails.withdraw_drafts(row.request, DESK, "link", number)
    log(row.request, "withdrawn", actor, about=row.pk)
    if left:
        mails.taken_back(row, DESK)


def met(row: Introduction, actor: Actor) -> None:
    log(row.request, "met", actor, about=row.pk)


# Meetings ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def arrange(row: Appointment, actor: Actor, *, many: Any = None) -> Appointment:
    """Store a meeting, new or changed, and write to both with its calendar file."""
    commands.save(row, actor, many=many)
    mails.appointment(row, actor)
    return row


def has_begun(row: Appointment) -> Any:
    return None if row.starts <= timezone.now() else _("It has not begun yet.")


def held(row: Appointment, actor: Actor) -> None:
    if row.introduction.state == "agreed":
        commands.perform(row.introduction, "meet", DESK)


def appointment_cancelled(row: Appointment, actor: Actor) -> None:
    mails.appointment(row, actor)


# Follow-up and outcome -----------------------------------------------------------------------------------------------


def followup_asked(row: FollowUp, actor: Actor) -> None:
    log(row.request, "followup_asked", actor, about=row.pk, detail=str(row.after))
    mails.how_did_it_go(row, DESK, links.make("followup", row, row.request.email))


def followup_answered(row: FollowUp, actor: Actor) -> None:
    log(row.request, "followup_answered", actor, about=row.pk, detail=str(row.after))
    if row.answer in ("outcome", "working", "talked"):
        agreed_ones = Introduction.objects.filter(candidate__request=row.request, state="agreed")
        if agreed_ones.count() == 1:  # with more than one it is for a colleague to say who met
            commands.perform(agreed_ones.get(), "meet", DESK)


@transaction.atomic
def answer(row: FollowUp, actor: Holder, said: str, *, satisfied: str = "", words: str = "") -> FollowUp:
    """The client's answer to a follow-up."""
    row.answer, row.satisfied, row.words, row.answered_at = said, satisfied, words, timezone.now()
    row.clean_fields()
    FollowUp.objects.filter(pk=row.pk).update(
        answer=said, satisfied=satisfied, words=words, answered_at=row.answered_at
    )
    commands.perform(row, "answer", actor)
    use(actor.link)
    return commands.locked(row)


@transaction.atomic
def report_outcome(outcome: Outcome, actor: Holder) -> Outcome:
    """What a client reports through a follow-up link waits for a colleague to confirm it."""
    outcome.full_clean()
    return commands.write(outcome, actor, "create", None, reason="reported by the client")


def followup_silent(row: FollowUp, actor: Actor) -> None:
    links.revoke(row)
    log(row.request, "followup_silent", actor, about=row.pk, detail=str(row.after))


def followup_cancelled(row: FollowUp, actor: Actor) -> None:
    links.revoke(row)
    mails.withdraw_drafts(row.request, DESK, "link", link_of(row))


def is_dated(row: Outcome) -> Any:
    return None if row.date else _("Write the date first.")


def outcome_confirmed(row: Outcome, actor: Actor) -> None:
    assert row.date is not None  # is_dated asked
    if row.request is not None:
        log(row.request, "outcome", actor, about=row.pk, detail=row.kind_of, at=moment(row.date))


def outcome_rejected(row: Outcome, actor: Actor) -> None:
    if row.request is not None and Step.objects.filter(request=row.request, what="outcome", about=row.pk).exists():
        log(row.request, "outcome_back", actor, about=row.pk, detail=row.kind_of)


# Ends ----------------------------------------------------------------------------------------------------------------


def nothing_open(row: Request) -> Any:
    open_ones = Introduction.objects.filter(candidate__request=row, state__in=("drafted", "asked")).count()
    return _("%(count)d introductions are still open.") % {"count": open_ones} if open_ones else None


def closed(row: Request, actor: Actor) -> None:
    """Follow-ups go on: what came of it is asked after years too."""
    links.revoke(row)
    log(row, "closed", actor, detail=row.result or "")


def request_withdrawn(row: Request, actor: Actor) -> None:
    links.revoke(row)
    mails.withdraw_drafts(row, DESK, "link")
    for introduction in Introduction.objects.filter(candidate__request=row, state__in=("drafted", "asked")):
        commands.perform(introduction, "withdraw", DESK, reason=_("the request was withdrawn"))
    for followup in row.followups.filter(state__in=("planned", "asked")):
        commands.perform(followup, "cancel", DESK, reason=_("the request was withdrawn"))
    for check in Check.objects.filter(request=row, state="open"):
        commands.perform(check, "void", DESK, reason=_("the request was withdrawn"))
    log(row, "withdrawn", actor)


def reopened(row: Request, actor: Actor) -> None:
    log(row, "reopened", actor)


# The day's work ------------------------------------------------------------------------------------------------------


def daily(day: dt.date | None = None) -> dict[str, Any]:
    """What a day brings: links that ran out are told as silence, follow-ups that are due are asked, checks renewed.

    Returns how many of each, and under `failed` a sentence for each row that could not be done; it stops no other.
    Running it twice does nothing more.
    """
    today = day or timezone.localdate()
    failed: list[str] = []
    ran_out = Link.objects.filter(revoked__isnull=True, used__isnull=True, expires__lte=timezone.now())
    asked = Introduction.objects.filter(pk__in=ran_out.filter(purpose="consent").values("object_id"), state="asked")
    unanswered = FollowUp.objects.filter(pk__in=ran_out.filter(purpose="followup").values("object_id"), state="asked")
    due = FollowUp.objects.filter(state="planned", due__lte=today).select_related("request")
    may_need_it = Q(check_of__isnull=False) | Q(approver__isnull=False)
    return {
        "silent": queues.each(asked, expire, failed),
        "followups_silent": queues.each(unanswered, expire, failed),
        "followups_asked": queues.each(due, ask_if_reachable, failed),
        "checks_opened": queues.each(Request.objects.filter(may_need_it, state__in=OPEN[2:]), opens_a_check, failed),
        "failed": failed,
    }


def expire(row: Any) -> bool:
    commands.perform(row, "expire", DESK)
    return True


def ask_if_reachable(row: FollowUp) -> bool:
    reachable = client_reachable(row) is None
    if reachable:
        commands.perform(row, "ask", DESK)
    return reachable


def opens_a_check(row: Request) -> bool:
    before = Check.objects.filter(request=row).values_list("state", flat=True).first()
    renewed = recheck(row, DESK)
    return before != "open" and renewed is not None and renewed.state == "open"


def about(country: Any, via: str = "") -> Q:
    """Requests about a country: named in the request, or that of its centre. `via` is the path to the request."""
    centres = Centre.objects.filter(country=country).values("pk")  # asked apart, so that an index leads to the requests
    named, of_centre = {f"{via}country": country}, {f"{via}country__isnull": True, f"{via}centre__in": centres}
    return Q(**named) | Q(**of_centre)


def came_about(country: Any, via: str) -> Q:
    """The same of what hangs on requests, is few, and found by itself: of it PostgreSQL would sooner read all requests
    than ask of each for a set of centres."""
    named, of_centre = {f"{via}country": country}, {f"{via}country__isnull": True, f"{via}centre__country": country}
    return Q(**named) | Q(**of_centre)
