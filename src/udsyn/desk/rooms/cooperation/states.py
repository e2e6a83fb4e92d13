"""The lifecycles of the cooperation room."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.lifecycle import Clock, Lifecycle, State, Transition, past
from udsyn.desk.kernel.permissions import ABROAD, MINISTRY, Mine, Serves

STANDING = ("signed", "in_force", "renewal_review")  #: states of an agreement that nobody has ended
AHEAD = 180  #: days before the last day of notice from which on a renewal is to be decided
MOST_MONTHS = 60  #: of notice
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


def months_on(day: date, months: int) -> date:
    """The same day some months later (or earlier, below zero), or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_day_of_notice(ends: date | None, months: int | None) -> date | None:
    """Until when notice can be given before the present period ends; None where it is unknown."""
    return None if ends is None or months is None else months_on(ends, -months)


def renewal_due(row: Any, day: date) -> bool:
    """Within `AHEAD` days before the last day of notice (or of the end, where no notice is known), until the end."""
    last = last_day_of_notice(row.ends, row.notice_months) or row.ends
    return row.state in STANDING[1:] and last is not None and last - timedelta(AHEAD) <= day <= row.ends


def renewals_due(day: date) -> Q:
    """The same as a filter. Months have no arithmetic that all databases share, so each length of notice is asked."""
    latest = day + timedelta(AHEAD)
    closes = latest.day == monthrange(latest.year, latest.month)[1]

    def end_for(months: int) -> date:
        end = months_on(latest, months)
        return end.replace(day=monthrange(end.year, end.month)[1]) if closes else end

    wanted = Q(notice_months__isnull=True, ends__lte=latest)
    for months in range(MOST_MONTHS + 1):
        wanted |= Q(notice_months=months, ends__lte=end_for(months))
    return Q(state__in=STANDING[1:], ends__gte=day) & wanted


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
            dangerous=True,
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
    clock=(
        past(
            "expired",
            _("expired, nobody has decided"),
            STANDING,
            "ends",
            public=_("past its end"),
            instead=True,
        ),
        Clock("renewal_due", _("renewal to be decided"), renewal_due, renewals_due, public=""),
    ),
    entry=(*STANDING, "lapsed", "terminated", "superseded"),
    registers=MINISTRY,
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
    clock=(past("unminuted", _("its minutes are missing"), ("planned",), "starts", moment=True),),
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
    clock=(past("overdue", _("overdue"), ("open",), "due"),),
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
            primary=True,
            message=_("adopted the work programme"),
        ),
        Transition(
            "complete",
            _("Complete"),
            ("adopted",),
            "completed",
            MINISTRY,
            guard=none_running,
            primary=True,
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
    clock=(past("overdue", _("overdue"), ("planned", "running"), "due"),),
)
