"""An application as plain data for its pack, the questions that the pack asks, and what is still missing."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from udsyn import packs
from udsyn.desk.kernel.wording import said
from udsyn.desk.rooms.programmes.models import Application, BudgetLine, Partner
from udsyn.packs.calls import Question
from udsyn.packs.sums import Money


@dataclass(frozen=True)
class Asked:
    """A question to this application: its name in the answers, and of which partner where it is of one."""

    name: str
    question: Question
    partner: Partner | None = None

    @property
    def label(self) -> str:
        return said(self.question.says)


def questions(row: Application, partners: list[Partner] | None = None) -> list[Asked]:
    """All questions, those of partners once for each. Names are paths, `partners.12.kind` for a partner's."""
    partners = row.taking_part() if partners is None else partners
    found = []
    for question in row.pack.questions:
        if question.of is None:
            found.append(Asked(question.path, question))
        else:
            found += [Asked(f"partners.{one.pk}.{question.path}", question, one) for one in partners]
    return found


def put(case: dict[str, Any], path: str, value: Any) -> None:
    *above, last = path.split(".")
    for part in above:
        case = case.setdefault(part, {})
    case[last] = value


def case_of(row: Application, costs: Iterable[BudgetLine] | None = None) -> dict[str, Any]:
    """What rules see of an application, with these `costs` in place of its own. What is not answered is not there."""
    pack, partners = row.pack, row.taking_part()
    case: dict[str, Any] = {"title": row.title, "rates": pack.values.get("rates", {})}
    things: dict[int, dict[str, Any]] = {
        one.pk: {"id": str(one.pk), "country": one.country.code, "name": str(one)} for one in partners
    }
    for one in partners:
        things[one.pk]["signed"] = True if one.state == "confirmed" else None
        if one.invited_at:
            things[one.pk]["days_unsigned"] = ((one.answered_at or timezone.now()) - one.invited_at).days
    for asked in questions(row, partners):
        value = row.answers.get(asked.name)
        if value is not None and value != "":
            put(case if asked.partner is None else things[asked.partner.pk], asked.question.path, value)
    if (employer := row.employer) and employer.country:
        put(case, "applicant.country", employer.country.code)
    case["partners"] = list(things.values())
    applicant = case.get("applicant", {})
    costs = row.budgetlines.select_related("partner__country") if costs is None else costs
    case["budget"] = [cost_of(line, things.get(line.partner.pk, {}) if line.partner else applicant) for line in costs]
    if (total := total_asked(case, pack)) is not None:
        case["amount"] = total
    case["documents"] = [
        {"kind": paper.kind_of, "of": str(paper.partner_id) if paper.partner_id else None, "sha256": paper.file.sha256}
        for paper in row.papers.select_related("file")
    ]
    return case


def cost_of(line: BudgetLine, whose: dict[str, Any]) -> dict[str, Any]:
    """What rules see of a cost; `whose`: what they see of the partner whose it is, or of the applicant."""
    return {
        "kind": line.kind_of,
        "amount": float(line.amount),
        "asked": float(line.amount if line.asked is None else line.asked),
        "currency": line.currency,
        "partner": "applicant" if line.partner is None else str(line.partner),
        "country": line.partner.country.code if line.partner else whose.get("country"),
        "organisation_kind": whose.get("organisation_kind"),
        "is_partner": line.partner is not None,
    }


def total_asked(case: dict[str, Any], pack: packs.Pack) -> float | None:
    """What is asked for in all, in the call's money; None where a rate is not known."""
    money = Money(pack.currency, case["rates"])
    amounts = [money.read(line, "asked", pack.currency) for line in case["budget"]]
    return None if None in amounts else float(sum(amount for amount in amounts if amount is not None))


def judging_day(row: Application) -> Any:
    """The day by which sets of the call are read: of handing in, until then today."""
    return timezone.localdate(row.submitted_at) if row.submitted_at else timezone.localdate()


def verdicts(row: Application, case: dict[str, Any] | None = None) -> list[packs.Verdict]:
    """What the rules say, then what they say of documents."""
    case, day = case if case is not None else case_of(row), judging_day(row)
    return [*packs.judge(row.pack, case, day), *packs.documents(row.pack, case, day)]


def missing(row: Application) -> Iterator[str]:
    """What must be there before it can be handed in, each as a sentence."""
    if not row.employer and not row.organisation_name:
        yield _("Your institution's name.")
    for asked in questions(row):
        if asked.question.required and row.answers.get(asked.name) in (None, ""):
            yield f"{asked.label}{f' – {asked.partner}' if asked.partner else ''}"
    names = {str(one.pk): str(one) for one in row.partners.all()}
    for verdict in packs.documents(row.pack, case_of(row), judging_day(row)):
        if verdict.outcome is not packs.Outcome.MET:
            yield f"{said(verdict.says)}{f' – {names.get(verdict.of, verdict.of)}' if verdict.of else ''}"


def reason_of(verdict: packs.Verdict) -> str:
    """Why, in the reader's language: the sum beside its bound, or what is not known."""
    found = verdict.sum
    if not verdict.asked:
        return _("asks nothing here")
    if found is not None and found.total is not None and found.bound is not None:
        words = {
            "total": formats.number_format(float(found.total), 2, force_grouping=True),
            "bound": formats.number_format(float(found.bound), 2, force_grouping=True),
            "money": found.currency or "",
            "of": f" ({found.of})" if found.of is not None else "",
        }
        return _("%(total)s%(of)s; the bound is %(bound)s %(money)s") % words
    if verdict.outcome is packs.Outcome.UNKNOWN:
        return _("not known yet")
    return ""


def seal_of(case: dict[str, Any], terms: str, at: dt.datetime) -> str:
    """One hash over everything that was handed in, under which rules and at what instant, in any zone."""
    instant = at.astimezone(dt.UTC).isoformat()
    whole = json.dumps({"case": case, "rules": terms, "at": instant}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(whole.encode()).hexdigest()
