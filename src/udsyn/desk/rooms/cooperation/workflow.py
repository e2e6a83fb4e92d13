"""What may follow what with agreements, meetings, action points and work plans, and what is true before."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.lifecycle import Transition
from udsyn.desk.kernel.models import File
from udsyn.desk.kernel.permissions import ABROAD, MINISTRY, Mine, Serves
from udsyn.desk.rooms.cooperation.states import ACTION, AGREEMENT, INITIATIVE, MEETING, WORK_PLAN

AT_HOME_OR_THERE = MINISTRY | Serves(ABROAD, "country", "committee__agreement__country__code")
OWNER = MINISTRY | Mine("owner_id")


def has_document(row: Any) -> Any:
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


def has_minutes(row: Any) -> Any:
    return None if row.minutes.strip() else _("Write the minutes first.")


def has_begun(row: Any) -> Any:
    return None if row.starts <= timezone.now() else _("The meeting has not begun yet.")


def has_initiatives(row: Any) -> Any:
    return None if row.initiatives.exists() else _("Write at least one initiative first.")


def none_running(row: Any) -> Any:
    if row.initiatives.filter(state__in=("planned", "running")).exists():
        return _("Complete or drop its initiatives first.")
    return None


WORKFLOW: dict[str, tuple[Transition, ...]] = {
    AGREEMENT.name: (
        Transition(
            "negotiate",
            _("Open negotiations"),
            ("exploring",),
            "negotiating",
            MINISTRY,
            primary=True,
            message=_("opened negotiations"),
        ),
        Transition(
            "clear",
            _("Send to clearance"),
            ("negotiating",),
            "clearance",
            MINISTRY,
            primary=True,
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
        Transition(
            "agree",
            _("Text is agreed"),
            ("clearance",),
            "text_agreed",
            MINISTRY,
            primary=True,
            message=_("agreed the text"),
        ),
        Transition(
            "sign",
            _("Record the signature"),
            ("text_agreed",),
            "signed",
            MINISTRY,
            guard=has_signature,
            needs_second_person=True,
            primary=True,
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
            primary=True,
            message=_("recorded that it is in force"),
        ),
        Transition(
            "review",
            _("Review the renewal"),
            ("in_force",),
            "renewal_review",
            MINISTRY,
            primary=True,
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
            primary=True,
            message=_("renewed it"),
            decides=True,
        ),
        Transition(
            "lapse",
            _("Record that it lapsed"),
            ("in_force", "renewal_review"),
            "lapsed",
            MINISTRY,
            guard=has_passed,
            message=_("recorded that it lapsed"),
            decides=True,
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
            dangerous=True,
            message=_("terminated it"),
            decides=True,
        ),
        Transition(
            "supersede",
            _("Record that it is superseded"),
            ("signed", "in_force", "renewal_review"),
            "superseded",
            MINISTRY,
            guard=has_successor,
            message=_("recorded that it is superseded"),
            decides=True,
        ),
        Transition(
            "abandon",
            _("Do not pursue"),
            ("exploring", "negotiating", "clearance", "text_agreed"),
            "abandoned",
            MINISTRY,
            needs_reason=True,
            dangerous=True,
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
    MEETING.name: (
        Transition(
            "hold",
            _("It was held"),
            ("planned",),
            "held",
            AT_HOME_OR_THERE,
            guard=has_begun,
            primary=True,
            message=_("recorded that the meeting was held"),
        ),
        Transition(
            "agree",
            _("Minutes are agreed"),
            ("held",),
            "minuted",
            AT_HOME_OR_THERE,
            guard=has_minutes,
            primary=True,
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
            dangerous=True,
            message=_("cancelled the meeting"),
        ),
    ),
    ACTION.name: (
        Transition("finish", _("Done"), ("open",), "done", OWNER, primary=True, message=_("finished an action point")),
        Transition(
            "drop",
            _("Drop"),
            ("open",),
            "dropped",
            MINISTRY,
            needs_reason=True,
            dangerous=True,
            message=_("dropped an action point"),
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
    WORK_PLAN.name: (
        Transition(
            "adopt",
            _("Adopt"),
            ("draft",),
            "adopted",
            MINISTRY,
            guard=has_initiatives,
            needs_second_person=True,
            primary=True,
            message=_("adopted the work plan"),
        ),
        Transition(
            "complete",
            _("Complete"),
            ("adopted",),
            "completed",
            MINISTRY,
            guard=none_running,
            primary=True,
            message=_("completed the work plan"),
        ),
        Transition(
            "reopen",
            _("Reopen"),
            ("completed",),
            "adopted",
            MINISTRY,
            needs_reason=True,
            message=_("reopened the work plan"),
        ),
    ),
    INITIATIVE.name: (
        Transition(
            "start", _("Start"), ("planned",), "running", OWNER, primary=True, message=_("started an initiative")
        ),
        Transition(
            "complete",
            _("Complete"),
            ("running",),
            "completed",
            OWNER,
            primary=True,
            message=_("completed an initiative"),
        ),
        Transition(
            "drop",
            _("Drop"),
            ("planned", "running"),
            "dropped",
            MINISTRY,
            needs_reason=True,
            dangerous=True,
            message=_("dropped an initiative"),
        ),
    ),
}
