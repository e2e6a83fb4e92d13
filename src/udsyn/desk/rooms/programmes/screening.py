"""Screening: the verdict of each rule on what was handed in, an officer's word beside it, and what follows."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from udsyn import packs
from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel import gates
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.wording import said
from udsyn.desk.rooms.programmes import case as cases
from udsyn.desk.rooms.programmes.letters import reads, write_to
from udsyn.desk.rooms.programmes.models import Application, Finding


def key_of(verdict: packs.Verdict) -> str:
    return f"{verdict.rule}:{verdict.of}" if verdict.of else verdict.rule


def screening(row: Application) -> list[tuple[packs.Verdict, Finding | None]]:
    """Each rule's verdict on what was handed in, with an officer's finding where there is one."""
    findings = {finding.rule: finding for finding in row.findings.all()}
    case = row.sealed_case or cases.case_of(row)
    return [(verdict, findings.get(key_of(verdict))) for verdict in cases.verdicts(row, case)]


def outcomes(row: Application) -> list[packs.Outcome]:
    return [packs.Outcome(finding.outcome) if finding else verdict.outcome for verdict, finding in screening(row)]


@transaction.atomic
def find(row: Application, actor: Actor, rule: str, outcome: str, reason: str) -> Finding:
    """An officer's word on one rule, with the reason; the word before it stays in the history."""
    if rule not in {key_of(verdict) for verdict, _finding in screening(row)}:
        raise ValidationError(_("The call has no such rule."))
    finding = Finding.objects.filter(application=row, rule=rule).first() or Finding(application=row, rule=rule)
    finding.outcome, finding.reason, finding.by = outcome, reason, actor.user
    stored: Finding = kernel.save(finding, actor, reason=reason)
    return stored


def is_eligible(row: Application) -> Any:
    """Why it cannot be found eligible: a rule that is not met or not known, or a gate of the call."""
    against = [
        said(verdict.says)
        for (verdict, _finding), outcome in zip(screening(row), outcomes(row), strict=True)
        if outcome is not packs.Outcome.MET
    ]
    if against:
        return _("Not settled: %(rules)s") % {"rules": " ".join(against)}
    return gates.shut(row.pack.gates, row)


def is_not_eligible(row: Application) -> Any:
    if packs.Outcome.NOT_MET in outcomes(row):
        return None
    return _("No rule is broken. Note first which one is not fulfilled, and why.")


def found_ineligible(row: Application, actor: Actor) -> None:
    with translation.override(reads(row)):
        write_to(row, _("Decision on your application"), why_not(row))


def why_not(row: Application) -> str:
    """The rules that are broken, each with its clause and what the officer noted."""
    broken = [
        f"- {said(verdict.says)} ({verdict.clause}; {verdict.source})" + (f"\n  {finding.reason}" if finding else "")
        for (verdict, finding), outcome in zip(screening(row), outcomes(row), strict=True)
        if outcome is packs.Outcome.NOT_MET
    ]
    text = _("Your application cannot be considered, because of these rules of the call:")
    return "\n".join([text, "", *broken])
