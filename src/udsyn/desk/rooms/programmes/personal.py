"""What the room of programmes holds of people: applicants, their teams and partners."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.personal import DELETE, Personal, Purpose, colleagues
from udsyn.desk.rooms.programmes.models import (
    Application,
    Assessed,
    BudgetLine,
    Call,
    Clash,
    Finding,
    Member,
    Paper,
    Partner,
)

APPLYING = Purpose(_("to judge an application and pay what is awarded"), recipients=_("the call's officers and panel"))

PERSONAL = (
    Personal(
        Application,
        APPLYING,
        subject=("lead",),
        fields=("title", "organisation_name", "answers", "sealed_case"),
        sensitive=("answers",),
    ),
    Personal(Member, APPLYING, subject=("person",), address=("email",), erase=DELETE),
    Personal(
        Partner,
        APPLYING,
        address=("email",),
        called=("name",),
        fields=("name", "email", "organisation_name"),
    ),
    Personal(BudgetLine, APPLYING, subject=("application__lead",), fields=("text",)),
    Personal(Paper, APPLYING, subject=("application__lead",), erase=DELETE),
    Personal(Assessed, APPLYING, subject=("application__lead",), fields=("reason_text",)),
    Personal(Finding, APPLYING, subject=("application__lead",), fields=("reason",)),
    Personal(Clash, APPLYING, subject=("application__lead", "user__person"), erase=DELETE),
    colleagues(Call, "officer"),
)
