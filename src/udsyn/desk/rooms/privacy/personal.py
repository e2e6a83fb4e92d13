"""What the room of privacy holds of people itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.personal import DELETE, Keep, Personal, Purpose
from udsyn.desk.kernel.privacy import Reading
from udsyn.desk.rooms.privacy.models import Consent, PrivacyRequest

ANSWERING = Purpose(_("to answer what somebody asks of their data, and to show that it was answered"))
SHOWING = Purpose(_("to show who read what is sensitive"), recipients=_("auditors"))

PERSONAL = (
    Personal(
        PrivacyRequest,
        ANSWERING,
        subject=("person",),
        fields=("answer",),
    ),
    Personal(Consent, ANSWERING, subject=("person",), erase=DELETE),
    Personal(Reading, SHOWING, subject=("user__person",), erase=DELETE, keep=(Keep("day", years=1),)),
)
