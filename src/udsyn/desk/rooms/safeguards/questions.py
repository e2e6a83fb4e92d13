"""The nine headings of the guidelines as questions, each with what it is about: so an answer is given once.

What was answered of a partner holds for the next case of that partner, of a field for the next case in it, and of the
house for all. The headings are the facts' (`uris-guidelines`); a test compares.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

RESEARCH, PARTNER, HOUSE = "research", "partner", "house"
#: code → what it is about, and the question
QUESTIONS: dict[str, tuple[str, Any]] = {
    "value": (RESEARCH, _("critical research: know its value and potential")),
    "protection": (RESEARCH, _("critical research: protect knowledge and results")),
    "control": (RESEARCH, _("critical research: know export control and investment screening")),
    "whom": (PARTNER, _("partners: know whom you work with")),
    "why": (PARTNER, _("partners: know why you work together")),
    "limit": (PARTNER, _("partners: set the limit on what you share")),
    "threat": (HOUSE, _("institution, staff and students: know that a threat may exist")),
    "systems": (HOUSE, _("institution, staff and students: have security procedures and systems")),
    "care": (HOUSE, _("institution, staff and students: look after staff and students")),
}
CHOICES = tuple((code, words) for code, (_about, words) in QUESTIONS.items())
