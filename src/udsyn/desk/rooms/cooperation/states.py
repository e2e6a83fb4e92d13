"""The lifecycles of the cooperation room."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.lifecycle import Lifecycle, State, Transition
from udsyn.desk.kernel.permissions import ABROAD, MINISTRY, Mine, Serves

PUBLIC_STATES = ("signed", "in_force", "renewal_review", "lapsed", "terminated", "superseded")


def has_document(row: Any) -> Any:
    from udsyn.desk.kernel.models import File

    if not File.objects.filter(kind="agreement", object_id=row.pk).exists():
        return _("Attach the document first: the text that was signed, or the note that ends it.")
    return None


def has_start(row: Any) -> Any:
    return None if row.starts else _("Write first from which day it is in force.")


def has_signature(row: Any) -> Any:
    return (None if row.signed else _("Write the date of signature first.")) or has_document(row)


def has_passed(row: Any) -> Any:
    if row.ends is None or row.ends >= timezone.localdate():
        return _("It lapses only after the day until which it is in force; write that day first.")
    return None


def has_new_end(row: Any) -> Any:
    if row.duration == "open" or (row.ends and row.ends > timezone.localdate()):
        return None
    return _("Write first until which day it is renewed.")


def has_successor(row: Any) -> Any:
    if row.replaced_by.filter(state__in=("signed", "in_force")).exists():
        return None
    return _("Record the agreement that replaces it first, signed.")


AGREEMENT = Lifecycle(
    "agreement",
    (
        State("exploring", _("exploring")),
        State("negotiating", _("negotiating")),
        State("clearance", _("in clearance"), _("negotiating")),
        State("text_agreed", _("text agreed"), _("negotiating")),
        State("signed", _("signed"), requires=("signed",)),
        State("in_force", _("in force"), requires=("signed",)),
        State("renewal_review", _("renewal under review"), _("in force"), requires=("signed",)),
        State("lapsed", _("lapsed"), done=True),
        State("terminated", _("terminated"), done=True),
        State("superseded", _("superseded"), done=True),
        State("abandoned", _("not pursued"), done=True),
    ),
    (
        Transition(
            "negotiate",
            _("Open negotiations"),
            ("exploring",),
            "negotiating",
            MINISTRY,
            message=_("opened negotiations"),
        ),
        Transition(
            "clear",
            _("Send to clearance"),
            ("negotiating",),
            "clearance",
            MINISTRY,
            message=_("sent the text to clearance"),
        ),
        Transition(
            "return",
            _("Return to negotiation"),
            ("clearance", "text_agreed"),
            "negotiating",
            MINISTRY,
            needs_reason=True,
            message=_("returned the text to negotiation"),
        ),
        Transition("agree", _("Text is agreed"), ("clearance",), "text_agreed", MINISTRY, message=_("agreed the text")),
        Transition(
            "sign",
            _("Record the signature"),
            ("text_agreed",),
            "signed",
            MINISTRY,
            guard=has_signature,
            needs_second_person=True,
            message=_("recorded the signature"),
        ),
        Transition(
            "enter",
            _("Enter into force"),
            ("signed",),
            "in_force",
            MINISTRY,
            guard=has_start,
            needs_second_person=True,
            message=_("recorded that it is in force"),
        ),
        Transition(
            "review",
            _("Review the renewal"),
            ("in_force",),
            "renewal_review",
            MINISTRY,
            message=_("opened the review of its renewal"),
        ),
        Transition(
            "renew",
            _("Renew"),
            ("renewal_review",),
            "in_force",
            MINISTRY,
            guard=has_new_end,
            needs_second_person=True,
            message=_("renewed it"),
        ),
        Transition(
            "lapse",
            _("Record that it lapsed"),
            ("in_force", "renewal_review"),
            "lapsed",
            MINISTRY,
            guard=has_passed,
            message=_("recorded that it lapsed"),
        ),
        Transition(
            "terminate",
            _("Terminate"),
            ("signed", "in_force", "renewal_review"),
            "terminated",
            MINISTRY,
            guard=has_document,
            needs_reason=True,
            needs_second_person=True,
            message=_("terminated it"),
        ),
        Transition(
            "supersede",
            _("Record that it is superseded"),
            ("signed", "in_force", "renewal_review"),
            "superseded",
            MINISTRY,
            guard=has_successor,
            message=_("recorded that it is superseded"),
        ),
        Transition(
            "abandon",
            _("Do not pursue"),
            ("exploring", "negotiating", "clearance", "text_agreed"),
            "abandoned",
            MINISTRY,
            needs_reason=True,
            message=_("ended the attempt"),
        ),
        Transition(
            "resume",
            _("Take up again"),
            ("abandoned",),
            "exploring",
            MINISTRY,
            needs_reason=True,
            message=_("took it up again"),
        ),
    ),
)

AT_HOME_OR_THERE = MINISTRY | Serves(ABROAD, "country", "committee__agreement__country__code")


def has_minutes(row: Any) -> Any:
    return None if row.minutes.strip() else _("Write the minutes first.")


def has_begun(row: Any) -> Any:
    return None if row.starts <= timezone.now() else _("The meeting has not begun yet.")


MEETING = Lifecycle(
    "meeting",
    (
        State("planned", _("planned")),
        State("held", _("held")),
        State("minuted", _("minutes agreed"), done=True),
        State("cancelled", _("cancelled"), done=True),
    ),
    (
        Transition(
            "hold",
            _("It was held"),
            ("planned",),
            "held",
            AT_HOME_OR_THERE,
            guard=has_begun,
            message=_("recorded that the meeting was held"),
        ),
        Transition(
            "agree",
            _("Minutes are agreed"),
            ("held",),
            "minuted",
            AT_HOME_OR_THERE,
            guard=has_minutes,
            message=_("recorded that both sides agreed the minutes"),
        ),
        Transition(
            "reopen",
            _("Reopen the minutes"),
            ("minuted",),
            "held",
            MINISTRY,
            needs_reason=True,
            message=_("reopened the minutes"),
        ),
        Transition(
            "cancel",
            _("Cancel"),
            ("planned",),
            "cancelled",
            MINISTRY,
            needs_reason=True,
            message=_("cancelled the meeting"),
        ),
    ),
)

OWNER = MINISTRY | Mine("owner_id")


ACTION = Lifecycle(
    "action point",
    (
        State("open", _("open")),
        State("done", _("done"), done=True),
        State("dropped", _("dropped"), done=True),
    ),
    (
        Transition("finish", _("Done"), ("open",), "done", OWNER, message=_("finished an action point")),
        Transition(
            "drop", _("Drop"), ("open",), "dropped", MINISTRY, needs_reason=True, message=_("dropped an action point")
        ),
        Transition(
            "reopen",
            _("Reopen"),
            ("done", "dropped"),
            "open",
            OWNER,
            needs_reason=True,
            message=_("reopened an action point"),
        ),
    ),
)


def has_initiatives(row: Any) -> Any:
    return None if row.initiatives.exists() else _("Write at least one initiative first.")


def none_running(row: Any) -> Any:
    if row.initiatives.filter(state__in=("planned", "running")).exists():
        return _("Complete or drop its initiatives first.")
    return None


PROGRAMME = Lifecycle(
    "work programme",
    (
        State("draft", _("draft")),
        State("adopted", _("adopted")),
        State("completed", _("completed"), done=True),
    ),
    (
        Transition(
            "adopt",
            _("Adopt"),
            ("draft",),
            "adopted",
            MINISTRY,
            guard=has_initiatives,
            needs_second_person=True,
            message=_("adopted the work programme"),
        ),
        Transition(
            "complete",
            _("Complete"),
            ("adopted",),
            "completed",
            MINISTRY,
            guard=none_running,
            message=_("completed the work programme"),
        ),
        Transition(
            "reopen",
            _("Reopen"),
            ("completed",),
            "adopted",
            MINISTRY,
            needs_reason=True,
            message=_("reopened the work programme"),
        ),
    ),
)

INITIATIVE = Lifecycle(
    "initiative",
    (
        State("planned", _("planned")),
        State("running", _("running")),
        State("completed", _("completed"), done=True),
        State("dropped", _("dropped"), done=True),
    ),
    (
        Transition("start", _("Start"), ("planned",), "running", OWNER, message=_("started an initiative")),
        Transition("complete", _("Complete"), ("running",), "completed", OWNER, message=_("completed an initiative")),
        Transition(
            "drop",
            _("Drop"),
            ("planned", "running"),
            "dropped",
            MINISTRY,
            needs_reason=True,
            message=_("dropped an initiative"),
        ),
    ),
)
