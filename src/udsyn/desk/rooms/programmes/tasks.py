"""What an applicant has to do, what is done, and what cannot start yet, because."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from udsyn import packs
from udsyn.desk.rooms.programmes import case as cases
from udsyn.desk.rooms.programmes import handing_in
from udsyn.desk.rooms.programmes.models import Application


@dataclass(frozen=True)
class Task:
    label: Any
    state: Any
    done: bool
    url: str = ""
    because: Any = ""  #: why it cannot start yet


def tasks(row: Application) -> list[Task]:
    """The list, in the order in which one works."""
    partners = row.taking_part()
    asked = cases.questions(row, partners)
    open_ = [one for one in asked if one.question.required and row.answers.get(one.name) in (None, "")]
    confirmed = sum(one.state == "confirmed" for one in partners)
    wanted = packs.documents(row.pack, cases.case_of(row), cases.judging_day(row))
    lacking = [one for one in wanted if one.outcome is not packs.Outcome.MET]
    caps = [one for one in cases.verdicts(row) if one.sum is not None and one.outcome is packs.Outcome.NOT_MET]
    of_each = any(document.each for document in row.pack.documents)
    against = handing_in.may_submit(row)
    return [
        Task(
            _("Answer the questions"),
            _("%(open)s of %(all)s open") % {"open": len(open_), "all": len(asked)},
            not open_,
            reverse("write_application", args=[row.pk]),
        ),
        Task(
            _("Name the partners"),
            _("%(count)s named") % {"count": len(partners)},
            bool(partners),
            reverse("write_partners", args=[row.pk]),
        ),
        Task(
            _("Have the partners confirm"),
            _("%(yes)s of %(all)s have confirmed") % {"yes": confirmed, "all": len(partners)},
            bool(partners) and confirmed == len(partners),
            reverse("write_partners", args=[row.pk]),
            "" if partners else _("no partner is named"),
        ),
        Task(
            _("Write the budget"),
            _("%(count)s costs") % {"count": row.budgetlines.count()}
            + (", " + _("%(count)s limits passed") % {"count": len(caps)} if caps else ""),
            row.budgetlines.exists() and not caps,
            reverse("budget", args=[row.pk]),
        ),
        Task(
            _("Attach the documents"),
            _("%(count)s missing") % {"count": len(lacking)},
            not lacking,
            reverse("papers", args=[row.pk]),
            _("the call asks some of each partner, and no partner is named") if of_each and not partners else "",
        ),
        Task(
            _("Check and hand in"),
            "",
            False,
            reverse("do", args=["applications", row.pk, "submit"]),
            against or "",
        ),
    ]
