"""What the room writes to people. Mails for the occasion wait for a colleague; what the recipient asked for leaves.

Nobody's address or telephone is named to the other side before both said yes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from udsyn.desk.kernel import commands
from udsyn.desk.kernel.models import Message
from udsyn.desk.kernel.permissions import OFFICER, Actor
from udsyn.desk.rooms.parties.models import User
from udsyn.desk.rooms.service import links
from udsyn.desk.rooms.service.models import Appointment, Candidate, FollowUp, Introduction, Request
from udsyn.desk.tools import outbox


def responsible_for(request: Request) -> User | None:
    """Who answers for the mails of a request: its handler, or somebody who serves where it belongs, or an officer."""
    users = User.objects.filter(is_active=True)
    if request.handler_id and (user := users.filter(person=request.handler_id).first()):
        return user
    scope = f"centre:{request.centre.slug}" if request.centre else f"country:{request.partner.code}"
    return users.filter(mandates__scope=scope).first() or users.filter(mandates__role=OFFICER).first() or users.first()


def draft(request: Request, actor: Actor, recipient: str, subject: str, said: Letter, *, leaves: bool = False) -> None:
    """Put a mail into the outbox. With `leaves` it needs no further approval: the recipient asked for it."""
    responsible = actor.user or responsible_for(request)
    if responsible is None or not recipient:
        return
    message = Message(
        recipient=recipient,
        subject=" ".join(subject.split())[:200],
        body=said.body,
        below=said.below,
        responsible=responsible,
        about=f"request:{request.pk}",
        state="approved" if leaves else "drafted",
    )
    message.full_clean()
    commands.write(message, actor, "create", None, reason=_("the recipient asked for it") if leaves else "")


def withdraw_drafts(request: Request, actor: Actor, kind: str, number: int | None = None) -> None:
    """Take back mails that have not left and hold this link or meeting (any link, where no number is given)."""
    for message in Message.objects.filter(state__in=("drafted", "approved", "held"), about=f"request:{request.pk}"):
        if outbox.has_hole(message, kind, number):
            stored = Message.objects.get(pk=message.pk)
            message.state = "withdrawn"
            commands.write(message, actor, "withdraw", stored, reason=_("replaced or no longer needed"))


@dataclass(frozen=True)
class Letter:
    """What a colleague may mend, and from the first hole on what stays as the code wrote it."""

    body: str
    below: list[outbox.Run]


def signed(request: Request, name: str, *paragraphs: str | list[outbox.Run]) -> Letter:
    """A letter: paragraphs with a greeting above, and below who answers. A paragraph with holes is a list."""
    said = [_("Dear %(name)s,") % {"name": name}, *filter(None, paragraphs), request.office]
    first = next((i for i, paragraph in enumerate(said) if isinstance(paragraph, list)), len(said))
    below: list[outbox.Run] = []
    for paragraph in said[first:]:
        below += ["\n\n", *([paragraph] if isinstance(paragraph, str) else paragraph)]
    return Letter("\n\n".join(map(str, said[:first])), below)


def shortlist(request: Request, actor: Actor, link: Any, candidates: list[Candidate]) -> None:
    """To the client: who fits and why; a page to say whom they want to meet."""
    with translation.override(request.language):
        listed = "\n".join(f"- {candidate}" for candidate in candidates)
        body = signed(
            request,
            request.name,
            _("You asked us: %(need)s") % {"need": request.need},
            _("We have found these people:") + "\n" + listed,
            [_("Read why, and say whom you want to meet, here:") + "\n", links.hole(link, request.language)],
            _(
                "We then ask each of them, without naming you. Only when you have both said yes do you get "
                "each other's address."
            ),
        )
        draft(request, actor, request.email, _("People for your request"), body)


def consent(introduction: Introduction, actor: Actor, link: Any) -> None:
    """To the candidate: somebody wants to meet them; who it is, they learn when they say yes."""
    request, candidate = introduction.request, introduction.candidate
    with translation.override(candidate.language):
        body = signed(
            request,
            candidate.name,
            _("A client of ours (%(type)s) wants to meet you about this:")
            % {"type": request.get_client_type_display()}
            + "\n"
            + request.need,
            [_("Do you want to be introduced? Say yes or no here:") + "\n", links.hole(link, candidate.language)],
            _("If you say yes, you and the client get each other's name and e-mail address. If you do not answer, we "
              "do not ask again, and the client learns only that there was no answer."),
            _(
                "We found you by your published work. On the same page you can ask that we never write to you again."
            ),
        )  # fmt: skip
        draft(request, actor, candidate.address, _("May we introduce you?"), body)


def introduce(introduction: Introduction, actor: Actor) -> None:
    """To both, when both said yes: each other's name and address."""
    request, candidate = introduction.request, introduction.candidate
    with translation.override(request.language):
        draft(
            request, actor, request.email, _("You are introduced: %(name)s") % {"name": candidate.name},
            signed(
                request,
                request.name,
                _("%(name)s has said yes: %(address)s") % {"name": candidate, "address": candidate.address},
                _("Please write to them within a week. We ask you how it went after 30 and 90 days, one and three "
                  "years."),
            ),
            leaves=True,
        )  # fmt: skip
    with translation.override(candidate.language):
        who = ", ".join(filter(None, (request.name, request.organisation_name)))
        draft(
            request, actor, candidate.address, _("You are introduced: %(name)s") % {"name": request.name},
            signed(
                request,
                candidate.name,
                _("Thank you. The client is %(name)s: %(address)s") % {"name": who, "address": request.email},
                _("They will write to you."),
            ),
            leaves=True,
        )  # fmt: skip


def no_luck(introduction: Introduction, actor: Actor) -> None:
    """To the client: it did not come about. Silence is called silence; a no is not explained."""
    request, candidate = introduction.request, introduction.candidate
    with translation.override(request.language):
        why = (
            _("%(name)s has not answered in time.")
            if introduction.state == "silent"
            else _("An introduction to %(name)s did not come about.")
        ) % {"name": candidate.name}
        body = signed(request, request.name, why)
        draft(request, actor, request.email, _("About your request"), body)


def taken_back(introduction: Introduction, actor: Actor) -> None:
    """To a candidate who was asked: the request was withdrawn."""
    request, candidate = introduction.request, introduction.candidate
    with translation.override(candidate.language):
        body = signed(
            request,
            candidate.name,
            _("The request about which we wrote to you was withdrawn. You need do nothing."),
        )
        draft(request, actor, candidate.address, _("The request was withdrawn"), body)


def declined(request: Request, actor: Actor) -> None:
    with translation.override(request.language):
        body = signed(
            request,
            request.name,
            _("We cannot take up your request. Write to us if you want to know more."),
        )
        draft(request, actor, request.email, _("About your request"), body)


def passed_on(request: Request, actor: Actor) -> None:
    with translation.override(request.language):
        body = signed(
            request,
            request.name,
            _("Your request fits better with %(centre)s. We have passed it on; they will answer you.")
            % {"centre": request.redirect_to},
        )
        draft(request, actor, request.email, _("About your request"), body)


def how_did_it_go(followup: FollowUp, actor: Actor, link: Any) -> None:
    """To the client: one click a possible answer."""
    request = followup.request
    with translation.override(request.language):
        asked = _("%(days)d days ago we introduced you. How did it go? One click is enough:")
        choices: list[outbox.Run] = [asked % {"days": followup.after}]
        for code, label in FollowUp.ANSWERS:
            choices += [f"\n- {label}: ", links.hole(link, request.language, f"?answer={code}")]
        body = signed(request, request.name, choices)
        draft(request, actor, request.email, _("How did it go?"), body, leaves=True)


def appointment(row: Appointment, actor: Actor) -> None:
    """To both, with the calendar file: a new meeting, a change, or that it is cancelled."""
    request, candidate = row.introduction.request, row.introduction.candidate
    withdraw_drafts(request, actor, "calendar", row.pk)
    for name, address, language in (
        (request.name, request.email, request.language),
        (candidate.name, candidate.address, candidate.language),
    ):
        with translation.override(language):
            said = (
                _("The meeting is cancelled.")
                if row.state == "cancelled"
                else _("The meeting is on %(when)s. %(place)s")
                % {"when": f"{timezone.localtime(row.starts):%Y-%m-%d %H:%M %Z}", "place": row.place}
            )
            body = replace(signed(request, name, said), below=[{"calendar": row.pk}])
            subject = _("Meeting") + f": {request.name} – {candidate.name}"
            draft(request, actor, address, subject, body)
