"""What the room of assessment holds of people: those who assess, what bars them and what they wrote.

An applicant is not its subject: who assessed is told to none, and what was written reaches them with the decision.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.personal import DELETE, Personal, Purpose
from udsyn.desk.rooms.assessment.models import Assessor, Conflict, Review

ASSESSING = Purpose(
    _("to assess applications without a conflict of interest"),
    recipients=_("the call's officers; the panel without names"),
)

PERSONAL = (
    Personal(Assessor, ASSESSING, subject=("person",), fields=("expertise",)),
    Personal(Conflict, ASSESSING, subject=("assessor__person",), called=("about",), erase=DELETE),
    Personal(Review, ASSESSING, subject=("assessor__person",), fields=("text", "note")),
)
