"""What lists of cases show, forms ask and exports hold."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from udsyn.desk.evidence.security import trigger_words
from udsyn.desk.kernel.resources import Column, Resource, columns
from udsyn.desk.rooms.safeguards import commands
from udsyn.desk.rooms.safeguards.models import Answer, Case

SAFEGUARDS = _("Safeguards")


def say_triggers(row: Case) -> str:
    return "\n".join(trigger_words(trigger) for trigger in row.triggers)


LISTS = (
    Resource(
        Case,
        "cases",
        SAFEGUARDS,
        (
            *columns(Case, "partner", "country", "purpose", "state", "approver", "decide_by", "holds_until"),
            Column("triggers", _("triggers"), show=say_triggers, in_list=False, long=True),
            *columns(
                Case,
                "ror",
                "field",
                "topics",
                "first",
                "last",
                "critical",
                "sanctioned",
                "dual_use",
                "screened_on",
                "interviewed_on",
                "invited_on",
                "evidence",
                "advice",
                "head",
                "conditions",
                "asked_by",
                hidden=(
                    *(
                        "ror",
                        "field",
                        "topics",
                        "first",
                        "last",
                        "critical",
                        "sanctioned",
                        "dual_use",
                        "screened_on",
                        "conditions",
                    ),
                    *("interviewed_on", "invited_on", "evidence", "advice", "head", "asked_by"),
                ),
                long=("evidence", "advice", "conditions"),
            ),
        ),
        form=(
            *("partner", "country", "ror", "purpose", "field", "topics", "first", "last"),
            *("critical", "sanctioned", "dual_use"),
            *("evidence", "advice", "head", "approver", "conditions", "holds_until"),
        ),
        search=("partner",),
        filters=("state", "country", "purpose", "decide_by"),
        select=("country", "approver", "asked_by", "head"),
        children=(("answer", "case"),),
        save=commands.begin,
        change=commands.change,
    ),
    Resource(
        Answer,
        "answers",
        SAFEGUARDS,
        columns(Answer, "question", "case", "answer", "note", "taken_from", long=("note",)),
        form=("answer", "note"),
        filters=("question", "answer"),
        select=("case", "taken_from"),
        attach=False,
        menu=False,
    ),
)
