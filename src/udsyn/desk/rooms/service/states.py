"""The lives of the service room: request, candidate, introduction, appointment, follow-up, outcome, security check.

Guards and effects live in `commands`; here is only what may follow what, and who may do it.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.lifecycle import Lifecycle, State, Transition
from udsyn.desk.kernel.permissions import Mine
from udsyn.desk.rooms.service.rules import CLIENT, ByDesk, ByLink, works_on

WORKS = works_on()
WORKS_ON_ITS_REQUEST = works_on("request__")
WORKS_ON_INTRODUCTION = works_on("candidate__request__")
WORKS_ON_APPOINTMENT = works_on("introduction__candidate__request__")
ITSELF = ByDesk()


def verb(name: str) -> Callable[..., Any]:
    """A guard or effect of `commands` by its name; that module needs the models, and the models need these tables."""

    def call(*arguments: Any) -> Any:
        return getattr(import_module("udsyn.desk.rooms.service.commands"), name)(*arguments)

    return call


OPEN = ("received", "accepted", "scoped", "shortlisted", "introducing", "following")

REQUEST = Lifecycle(
    "request",
    (
        State("received", _("received")),
        State("accepted", _("taken up"), _("being worked on")),
        State("scoped", _("scoped"), _("being worked on")),
        State("shortlisted", _("short list with the client"), _("short list with you")),
        State("introducing", _("introducing")),
        State("following", _("following up")),
        State("closed", _("closed"), done=True, requires=("result",)),
        State("declined", _("declined"), _("not taken up"), done=True),
        State("redirected", _("passed to another centre"), done=True),
        State("withdrawn", _("withdrawn"), done=True),
    ),
    (
        Transition(
            "accept",
            _("Take it up"),
            ("received",),
            "accepted",
            WORKS,
            guard=verb("rival_of_handler"),
            effect=verb("accepted"),
            message=_("took up a request"),
        ),
        Transition(
            "decline",
            _("Decline"),
            ("received", "accepted", "scoped"),
            "declined",
            WORKS,
            effect=verb("declined"),
            message=_("declined a request"),
            needs_reason=True,
        ),
        Transition(
            "redirect",
            _("Pass to another centre"),
            ("received", "accepted", "scoped"),
            "redirected",
            WORKS,
            guard=verb("has_other_centre"),
            effect=verb("redirected"),
            message=_("passed a request to another centre"),
            needs_reason=True,
        ),
        Transition(
            "scope",
            _("The need is clear"),
            ("accepted",),
            "scoped",
            WORKS,
            guard=verb("is_clear"),
            effect=verb("scoped"),
            message=_("scoped a request"),
        ),
        Transition(
            "shortlist",
            _("Send the short list"),
            ("scoped", "shortlisted", "introducing", "following"),
            "shortlisted",
            WORKS,
            guard=verb("may_send_list"),
            effect=verb("list_sent"),
            message=_("sent a short list"),
        ),
        Transition(
            "introduce", _("Introduce"), ("shortlisted",), "introducing", ITSELF, message=_("began introductions")
        ),
        Transition(
            "follow",
            _("Follow up"),
            ("shortlisted", "introducing"),
            "following",
            ITSELF,
            message=_("began to follow up"),
        ),
        Transition(
            "close",
            _("Close"),
            OPEN[1:],
            "closed",
            WORKS,
            guard=verb("nothing_open"),
            effect=verb("closed"),
            message=_("closed a request"),
        ),
        Transition(
            "withdraw",
            _("Withdraw"),
            OPEN,
            "withdrawn",
            WORKS | CLIENT,
            effect=verb("request_withdrawn"),
            message=_("withdrew a request"),
            needs_reason=True,
        ),
        Transition(
            "reopen",
            _("Reopen"),
            ("closed", "declined", "withdrawn"),
            "accepted",
            WORKS,
            effect=verb("reopened"),
            message=_("reopened a request"),
            needs_reason=True,
        ),
    ),
)

CANDIDATE = Lifecycle(
    "candidate",
    (
        State("found", _("found")),
        State("vetted", _("vetted")),
        State("shortlisted", _("on the short list")),
        State("chosen", _("chosen by the client"), _("chosen by you"), done=True),
        State("passed", _("passed over by the client"), _("passed over by you"), done=True),
        State("dropped", _("dropped"), done=True),
    ),
    (
        Transition(
            "vet",
            _("Vetted: fits"),
            ("found",),
            "vetted",
            WORKS_ON_ITS_REQUEST,
            guard=verb("may_be_proposed"),
            message=_("vetted a candidate"),
        ),
        Transition(
            "drop",
            _("Drop"),
            ("found", "vetted"),
            "dropped",
            WORKS_ON_ITS_REQUEST | ITSELF,
            message=_("dropped a candidate"),
            needs_reason=True,
        ),
        Transition("list", _("On the short list"), ("vetted",), "shortlisted", ITSELF, message=_("listed a candidate")),
        Transition(
            "choose",
            _("Choose"),
            ("shortlisted",),
            "chosen",
            ByLink("shortlist", "request_id"),
            effect=verb("chosen"),
            message=_("chose a candidate"),
        ),
        Transition(
            "pass",
            _("Pass over"),
            ("shortlisted",),
            "passed",
            ByLink("shortlist", "request_id"),
            message=_("passed over a candidate"),
        ),
    ),
)

ASKED = ByLink("consent")

INTRODUCTION = Lifecycle(
    "introduction",
    (
        State("drafted", _("the client said yes"), _("you said yes")),
        State("asked", _("the candidate is asked"), _("the other side is asked")),
        State("agreed", _("both said yes"), requires=("agreed_at",)),
        State("met", _("they have met")),
        State("closed", _("closed"), done=True),
        State("declined", _("the candidate said no"), _("it did not come about"), done=True),
        State("silent", _("no answer in time"), done=True),
        State("stopped", _("opted out of all requests"), _("it did not come about"), done=True),
        State("withdrawn", _("withdrawn"), done=True),
    ),
    (
        Transition(
            "ask",
            _("Ask the candidate"),
            ("drafted",),
            "asked",
            WORKS_ON_INTRODUCTION,
            guard=verb("may_ask"),
            effect=verb("candidate_asked"),
            message=_("asked a candidate"),
        ),
        Transition(
            "agree",
            _("Say yes"),
            ("asked",),
            "agreed",
            ASKED,
            effect=verb("agreed"),
            sets=("agreed_at",),
            message=_("said yes to an introduction"),
        ),
        Transition(
            "decline",
            _("Say no"),
            ("asked",),
            "declined",
            ASKED,
            effect=verb("not_agreed"),
            message=_("said no to an introduction"),
        ),
        Transition(
            "stop",
            _("Never ask again"),
            ("asked",),
            "stopped",
            ASKED,
            effect=verb("opted_out"),
            message=_("opted out"),
        ),
        Transition(
            "expire",
            _("No answer came"),
            ("asked",),
            "silent",
            ITSELF,
            effect=verb("not_agreed"),
            message=_("let an introduction expire in silence"),
        ),
        Transition(
            "withdraw",
            _("Withdraw"),
            ("drafted", "asked"),
            "withdrawn",
            WORKS_ON_INTRODUCTION | ByLink("shortlist", "candidate__request_id") | ITSELF,
            effect=verb("introduction_withdrawn"),
            message=_("withdrew an introduction"),
            needs_reason=True,
        ),
        Transition(
            "again",
            _("Ask once more"),
            ("silent",),
            "drafted",
            WORKS_ON_INTRODUCTION,
            message=_("will ask once more"),
            needs_reason=True,
        ),
        Transition(
            "meet",
            _("They have met"),
            ("agreed",),
            "met",
            WORKS_ON_INTRODUCTION | ITSELF,
            effect=verb("met"),
            message=_("noted a meeting"),
        ),
        Transition(
            "close",
            _("Close"),
            ("agreed", "met"),
            "closed",
            WORKS_ON_INTRODUCTION,
            message=_("closed an introduction"),
        ),
    ),
)

APPOINTMENT = Lifecycle(
    "appointment",
    (
        State("planned", _("planned")),
        State("held", _("held"), done=True),
        State("cancelled", _("cancelled"), done=True),
    ),
    (
        Transition(
            "hold",
            _("It was held"),
            ("planned",),
            "held",
            WORKS_ON_APPOINTMENT,
            guard=verb("has_begun"),
            effect=verb("held"),
            message=_("noted that a meeting was held"),
        ),
        Transition(
            "cancel",
            _("Cancel it"),
            ("planned",),
            "cancelled",
            WORKS_ON_APPOINTMENT,
            effect=verb("appointment_cancelled"),
            message=_("cancelled a meeting"),
            needs_reason=True,
        ),
    ),
)

FOLLOWUP = Lifecycle(
    "follow-up",
    (
        State("planned", _("planned")),
        State("asked", _("the client is asked"), _("you are asked")),
        State("answered", _("answered"), done=True, requires=("answer",)),
        State("silent", _("no answer"), done=True),
        State("cancelled", _("cancelled"), done=True),
    ),
    (
        Transition(
            "ask",
            _("Ask now"),
            ("planned",),
            "asked",
            WORKS_ON_ITS_REQUEST | ITSELF,
            guard=verb("client_reachable"),
            effect=verb("followup_asked"),
            message=_("asked how it went"),
        ),
        Transition(
            "answer",
            _("Answer"),
            ("asked",),
            "answered",
            ByLink("followup"),
            effect=verb("followup_answered"),
            message=_("told how it went"),
        ),
        Transition(
            "expire",
            _("No answer came"),
            ("asked",),
            "silent",
            ITSELF,
            effect=verb("followup_silent"),
            message=_("noted silence"),
        ),
        Transition(
            "cancel",
            _("Cancel it"),
            ("planned", "asked"),
            "cancelled",
            WORKS_ON_ITS_REQUEST | ITSELF,
            effect=verb("followup_cancelled"),
            message=_("cancelled a follow-up"),
            needs_reason=True,
        ),
    ),
)

OUTCOME = Lifecycle(
    "outcome",
    (
        State("reported", _("reported")),
        State("confirmed", _("confirmed")),
        State("rejected", _("not so"), done=True),
    ),
    (
        Transition(
            "confirm",
            _("Confirm"),
            ("reported",),
            "confirmed",
            WORKS_ON_ITS_REQUEST,
            guard=verb("is_dated"),
            effect=verb("outcome_confirmed"),
            message=_("confirmed an outcome"),
        ),
        Transition(
            "reject",
            _("It is not so"),
            ("reported", "confirmed"),
            "rejected",
            WORKS_ON_ITS_REQUEST,
            effect=verb("outcome_rejected"),
            message=_("took back an outcome"),
            needs_reason=True,
        ),
    ),
)

APPROVER = Mine("approver_id")

CHECK = Lifecycle(
    "security check",
    (
        State("open", _("waits for the approver"), _("being worked on")),
        State("cleared", _("cleared"), done=True),
        State("conditional", _("cleared on conditions"), done=True),
        State("refused", _("not cleared"), done=True),
        State("void", _("no longer needed"), done=True),
    ),
    (
        Transition(
            "clear", _("Clear it"), ("open",), "cleared", APPROVER, guard=verb("another_person"),
            effect=verb("check_decided"), message=_("cleared a request"), needs_reason=True,
        ),
        Transition(
            "condition", _("Clear it on conditions"), ("open",), "conditional", APPROVER, guard=verb("another_person"),
            effect=verb("check_decided"), message=_("cleared a request on conditions"), needs_reason=True,
        ),
        Transition(
            "refuse", _("Do not clear it"), ("open",), "refused", APPROVER, guard=verb("another_person"),
            effect=verb("check_decided"), message=_("did not clear a request"), needs_reason=True,
        ),
        Transition(
            "reopen", _("Check anew"), ("cleared", "conditional", "refused", "void"), "open",
            WORKS_ON_ITS_REQUEST | ITSELF, message=_("opened a check anew"), needs_reason=True,
        ),
        Transition(
            "void", _("No longer needed"), ("open",), "void", ITSELF, message=_("ended a check"), needs_reason=True,
        ),
    ),
)  # fmt: skip
