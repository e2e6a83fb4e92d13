"""What the room of grants holds of people: holders, those who take part, and what they write."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.personal import Personal, Purpose
from udsyn.desk.rooms.grants.models import Decision, Grant, GrantAccount, GrantChange, GrantReport, Participant

GRANTING = Purpose(
    _("to pay a grant, to follow it and to see what came of it"),
    recipients=_("the call's officers and the institution"),
)

PERSONAL = (
    Personal(Decision, GRANTING, subject=("application__lead",), fields=("rating",), sensitive=("rating",)),
    Personal(
        Participant,
        GRANTING,
        subject=("person",),
        called=("name",),
        fields=("name", "organisation_name", "author", "orcid", "ror"),
    ),
    Personal(Grant, GRANTING, subject=("holder",), fields=("title",)),
    Personal(
        GrantChange,
        GRANTING,
        subject=("grant__holder",),
        called=("name",),
        fields=("reason", "name", "organisation_name"),
    ),
    Personal(GrantReport, GRANTING, subject=("grant__holder",), fields=("text", "missing")),
    Personal(
        GrantAccount,
        GRANTING,
        subject=("grant__holder",),
        called=("signed_by", "audited_by"),
        fields=("signed_by", "audited_by"),
    ),
)
