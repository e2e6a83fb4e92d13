"""What is more than storing: a case begins with what is known, is looked at by the lists, decided, and opened again.

Nothing is refused by machine: lists and answers fire triggers, a named person decides, and the decision keeps what it
rested on. When that changes, the case opens again, with the line that changed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from udsyn import packs
from udsyn.desk.evidence import listed, security
from udsyn.desk.evidence.security import trigger_words
from udsyn.desk.kernel import commands, queues
from udsyn.desk.kernel.permissions import DESK, Actor
from udsyn.desk.kernel.wording import said
from udsyn.desk.rooms.parties.commands import may_approve
from udsyn.desk.rooms.safeguards.models import GUEST, Answer, Case
from udsyn.desk.rooms.safeguards.questions import HOUSE, PARTNER, QUESTIONS
from udsyn.desk.rooms.safeguards.states import DECIDED
from udsyn.packs import guest
from udsyn.packs.outcomes import Outcome

PACK = "guest-security"
#: Working days in which a case that was asked is decided. The house's own: no rule names a number.
DAYS = 10


# A case begins -------------------------------------------------------------------------------------------------------


@transaction.atomic
def begin(case: Case, actor: Actor) -> Case:
    """Store a new case with its questions, answered where they were before of the partner, the field or the house."""
    case.asked_by_id = actor.person
    case.triggers = fired(case, timezone.localdate())
    commands.save(case, actor)
    for code, (about, _words) in QUESTIONS.items():
        commands.write(answer_of(case, code, about, actor), actor, "create", None)
    return case


def answer_of(case: Case, code: str, about: str, actor: Actor) -> Answer:
    """A question of a new case, answered where it was before. A note is taken over only by who may read its case."""
    before = Answer.objects.filter(like(case, about), question=code).exclude(answer="").order_by("-changed").first()
    if before is None:
        return Answer(case=case, question=code)
    note = before.note if actor.can("view", before) else ""
    return Answer(
        case=case, question=code, answer=before.answer, note=note, taken_from=before.taken_from or before.case
    )


def like(case: Case, about: str) -> Q:
    """The answers of other cases that hold for this one too."""
    if about == HOUSE:
        return Q()
    if about == PARTNER:
        return of_partner(case.partner, case.country_id, case.ror, "case__")
    return Q(case__field__iexact=case.field) if case.field else Q(pk__in=())


def of_partner(name: str, country: int | None, ror: str, path: str = "") -> Q:
    """Cases of a partner: by its ROR id where it has one, else by its name and country."""
    if ror:
        return Q(**{f"{path}ror": ror})
    return Q(**{f"{path}partner__iexact": name, f"{path}country": country})


@transaction.atomic
def change(case: Case, actor: Actor, *, many: dict[str, Any] | None = None) -> Case:
    """Store a changed case with the triggers of today."""
    case.triggers = fired(case, timezone.localdate())
    return commands.save(case, actor, many=many)


# What fires, and what a decision rests on ----------------------------------------------------------------------------


def fired(case: Case, day: dt.date) -> list[dict[str, Any]]:
    """The triggers of a day: the country of the cooperation, the answers, and what the lists say of the partner."""
    code = case.country.code if case.country else None
    named = security.named_by_lists([(case.partner, code, case.ror)], day)
    return by_facts(case, day) + [one.as_row() for one in named]


def by_facts(case: Case, day: dt.date) -> list[dict[str, Any]]:
    """The triggers of a country, of answers, and of the declared field."""
    answers = {name: getattr(case, name) for name in ("critical", "sanctioned", "dual_use")}
    found = security.fired({case.country.code} if case.country else (), answers, day)
    return [one.as_row() for one in found + security.by_field(case.field, case.topics.split(), day)]


def basis_of(case: Case, day: dt.date) -> dict[str, Any]:
    """What a decision of this day rests on: answers, lists of countries, and each entry with its verdict and words."""
    code = case.country.code if case.country else None
    verdicts = listed.ask(case.partner, code, day, case.ror)
    return {
        "triggers": by_facts(case, day),
        "body": listed.said_of(case.ror),
        "entries": None
        if verdicts is None
        else {
            "\t".join(str(part or "") for part in one.entry.key): {
                "name": one.entry.name,
                "verdict": one.verdict,
                "said": dict(one.entry.said),
            }
            for one in verdicts
        },
    }


def lines_of(old: dict[str, Any], new: dict[str, Any]) -> str:
    """The cells of an entry that changed, before and after."""
    changed = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return "; ".join(f"{name}: {old.get(name, '–')} → {new.get(name, '–')}" for name in changed)


def news_of(case: Case, day: dt.date) -> list[str]:
    """What is otherwise than when it was decided, a sentence each; none where the decision stands."""
    now, then = basis_of(case, day), case.basis
    told = []
    told += trigger_news(then.get("triggers", now["triggers"]), now["triggers"])
    if now["body"] != then.get("body"):
        told.append(_("The register says otherwise of the partner."))
    if now["entries"] is None or then.get("entries") is None:
        return told
    for key in sorted(now["entries"].keys() | then["entries"].keys()):
        old, new = then["entries"].get(key), now["entries"].get(key)
        if old is None:
            told.append(_("New on the list: %(name)s.") % {"name": new["name"]})
        elif new is None:
            told.append(_("No longer on the list: %(name)s.") % {"name": old["name"]})
        elif lines := lines_of(old["said"], new["said"]):
            told.append(_("Changed on the list: %(name)s (%(lines)s).") % {"name": new["name"], "lines": lines})
        elif old["verdict"] != new["verdict"]:
            told.append(_("In force otherwise since then: %(name)s.") % {"name": new["name"]})
    return told


def trigger_news(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[str]:
    """The triggers that came and went, with their list and edition."""
    came = [_("Fires now: %(trigger)s.") % {"trigger": trigger_words(one)} for one in new if one not in old]
    return came + [_("Fires no more: %(trigger)s.") % {"trigger": trigger_words(one)} for one in old if one not in new]


# Guards and effects --------------------------------------------------------------------------------------------------


def is_ready(case: Case) -> Any:
    """What is missing before an approver is asked."""
    if "" in (case.critical, case.sanctioned, case.dual_use):
        return _("Answer the three questions of research security first.")
    if unsaid := field_unsaid(case):
        return unsaid
    if case.answers.filter(answer="").exists():
        return _("Answer the questions of the guidelines first.")
    if not may_approve(case.approver):
        return _("Name who approves, a colleague of the ministry.")
    if case.approver_id == case.asked_by_id:
        return _("Somebody else than the one who asks must decide.")
    return None if case.evidence.strip() else _("Write first what was looked up, where and when.")


def field_unsaid(case: Case) -> Any:
    """Where a table of sensitive fields is loaded, a case that names no field was not looked at by it."""
    if case.field.strip() or case.topics or not listed.fields_held():
        return None
    return _("Say the field of research first: a table of sensitive fields is loaded.")


def sent(case: Case, actor: Actor) -> None:
    """The clock runs on the home country's working days."""
    today = timezone.localdate()
    case.triggers = fired(case, today)
    case.decide_by = packs.add_working_days(today, DAYS, settings.HOME)


def is_short_and_clear(case: Case) -> Any:
    """A short visit goes its own way, unless something fires."""
    if case.purpose != GUEST or not guest.is_short(packs.load(PACK), stay_of(case)):
        return _("Only short visits go this way: ask the approver.")
    if fired(case, timezone.localdate()):
        return _("A trigger fires: ask the approver.")
    return field_unsaid(case)


def may_decide(case: Case) -> Any:
    if case.approver_id == case.asked_by_id:
        return _("Somebody else than the one who asks must decide.")
    if case.purpose == GUEST and not guest.is_short(packs.load(PACK), stay_of(case)) and case.screened_on is None:
        return _("Note first that the guest was screened.")
    return None


def may_condition(case: Case) -> Any:
    if not case.conditions.strip():
        return _("Write the conditions first.")
    if case.holds_until is not None and case.holds_until < timezone.localdate():
        return _("The end lies in the past: say until when it holds.")
    return may_decide(case)


def decided(case: Case, actor: Actor) -> None:
    today = timezone.localdate()
    case.triggers = fired(case, today)
    case.basis = basis_of(case, today)


def is_guest(case: Case) -> Any:
    if case.purpose != GUEST:
        return _("This is about no guest.")
    return None if case.evidence.strip() else _("Write first what was looked up, where and when.")


def screened(case: Case, actor: Actor) -> None:
    case.screened_on = timezone.localdate()


def stay_of(case: Case) -> guest.Guest:
    """The stay as the pack judges it."""
    first, last = case.first or dt.date.min, case.last or dt.date.max
    country = case.country.code if case.country else None
    return guest.Guest(first, last, country, bool(case.screened_on), case.passed, case.head_id is not None)


def before(step: guest.Step) -> Callable[[Case], Any]:
    """The guard of a step with a guest: what the pack asks before it and was not done, in its own words."""

    def guard(case: Case) -> Any:
        if case.purpose != GUEST:
            return _("This is about no guest.")
        if case.state_now == "ended":
            return _("The decision has run out: decide anew.")
        unmet = [
            one
            for one in guest.verdicts(packs.load(PACK), stay_of(case), step, timezone.localdate())
            if one.outcome is not Outcome.MET
        ]
        return None if not unmet else " ".join(said(one.says) for one in unmet)

    guard.__name__ = f"before_{step}"
    return guard


def interviewed(case: Case, actor: Actor) -> None:
    case.interviewed_on = timezone.localdate()


def invited(case: Case, actor: Actor) -> None:
    case.invited_on = timezone.localdate()


def anew(case: Case, actor: Actor) -> None:
    case.basis, case.decide_by = {}, None
    case.triggers = fired(case, timezone.localdate())


# The gate and the night ----------------------------------------------------------------------------------------------


def stands_against(row: Any) -> Any:
    """Why no row of another room may go on: an open, refused or ended case of it, or a partner that a list may name.

    A row that says `case_needed` passes with a case that was cleared only, whatever the lists say.
    """
    today = timezone.localdate()
    of_row = list(Case.objects.filter(about_kind=type(row).kind(), about_id=row.pk).exclude(state="void"))
    if getattr(row, "case_needed", False) and not of_row:
        return _("Open a case of safeguards first.")
    for case in of_row:
        if reason := refusal(case, today):
            return reason
    partners: list[tuple[str, Any]] = getattr(row, "partners_to_screen", list)()
    for name, country in sorted(partners, key=str):
        if reason := not_cleared(name, country, today):
            return reason
    return None


def not_cleared(name: str, country: Any, day: dt.date) -> Any:
    """Why a partner may not go on: a case of it that stands against it, or a list that may name it and no case."""
    known = of_partner(name, country.pk if country else None, "")
    latest = Case.objects.filter(known).exclude(state="void").order_by("-created").first()
    if latest is not None:
        return refusal(latest, day)
    if listed.standing([(name, country.code if country else None)], day):
        return _("A list names “%(name)s”, or may: open a case of safeguards first.") % {"name": name}
    return None


def refusal(case: Case, day: dt.date) -> Any:
    said = {"case": str(case)}
    if case.state in ("open", "asked"):
        return _("The case “%(case)s” waits for its decision.") % said
    if case.state_now == "ended":
        return _("The decision on “%(case)s” has run out: decide anew.") % said
    if not case.passed:
        return _("“%(case)s” was not cleared.") % said
    if news_of(case, day):
        return _("What “%(case)s” was decided on has changed: decide anew.") % said
    return None


def daily() -> dict[str, Any]:
    """Open again the decided cases whose basis changed: how many, and a sentence for each that failed."""
    failed: list[str] = []
    cases = Case.objects.filter(state__in=DECIDED).select_related("country")
    return {"cases_opened": queues.each(cases, opens_again, failed), "failed": failed}


def opens_again(case: Case) -> bool:
    news = news_of(case, timezone.localdate())
    if news:
        commands.perform(case, "reopen", DESK, reason=" ".join(news))
    return bool(news)


def changed_cases(actor: Actor) -> list[tuple[Case, list[str]]]:
    """The decided cases that a reader sees and a change touches, with what changed."""
    seen = Case.objects.visible_to(actor).filter(state__in=DECIDED).select_related("country")
    today = timezone.localdate()
    return [(case, news) for case in seen if (news := news_of(case, today))]
