"""What the room of service holds of people: clients, candidates, those who asked never to be written to."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.personal import DELETE, STAYS, Keep, Personal, Purpose, colleagues
from udsyn.desk.rooms.service.commands import never_again
from udsyn.desk.rooms.service.models import (
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

ANSWERING = Purpose(_("to answer a request"), recipients=_("the centre that answers, the ministry"))
PROPOSING = Purpose(_("to propose an introduction"), recipients=_("the client, once the short list is sent"))
NOT_ASKING = Purpose(_("never to write again to somebody who asked for that"))
WITH_REQUEST = Keep("request__keep_until", says=_("as long as the request"))


def ask_no_more(row: Candidate) -> None:
    """Whoever is erased is not found and written to anew; no address is kept for that."""
    if row.address or row.author:
        never_again(row.address, row.author)


PERSONAL = (
    Personal(
        Request,
        ANSWERING,
        subject=("person",),
        address=("email",),
        called=("name",),
        fields=("name", "email", "organisation_name", "text", "need", "note"),
        sensitive=("note",),
        keep=(Keep("keep_until", says=_("until the day noted")),),
    ),
    Personal(
        Candidate,
        PROPOSING,
        subject=("person",),
        address=("email", "author"),
        called=("name",),
        fields=("name", "institution", "email", "author", "reasons", "path", "why", "note"),
        keep=(WITH_REQUEST,),
        first=ask_no_more,
    ),
    Personal(
        Introduction,
        PROPOSING,
        subject=("candidate__person", "candidate__request__person"),
        fields=("note",),
        keep=(Keep("candidate__request__keep_until", says=_("as long as the request")),),
    ),
    Personal(
        Appointment,
        PROPOSING,
        subject=("introduction__candidate__person", "introduction__candidate__request__person"),
        fields=("place", "note"),
        keep=(Keep("introduction__candidate__request__keep_until", says=_("as long as the request")),),
    ),
    Personal(FollowUp, ANSWERING, subject=("request__person",), fields=("words",), keep=(WITH_REQUEST,)),
    Personal(Outcome, ANSWERING, subject=("request__person",), fields=("note",), keep=(WITH_REQUEST,)),
    Personal(Step, ANSWERING, subject=("request__person",), fields=("note",), keep=(WITH_REQUEST,)),
    colleagues(Step, "by"),
    colleagues(Check, "approver", "asked_by"),
    Personal(Link, ANSWERING, address=("recipient",), erase=DELETE, keep=(Keep("expires", years=1),)),
    Personal(OptOut, NOT_ASKING, erase=STAYS),
)
