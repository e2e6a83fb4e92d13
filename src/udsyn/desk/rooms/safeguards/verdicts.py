"""Verdicts in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from udsyn.desk.evidence.listed import said
from udsyn.evidence.safeguards.identity import ASK, IS, IS_NOT, Verdict

WORDS = {IS: _("is it"), ASK: _("a person must look"), IS_NOT: _("is not it, or not now")}


def shown(verdicts: Iterable[Verdict]) -> list[dict[str, Any]]:
    """A row per verdict for a table: word, stands, entry, measure, act, annex, since, reason."""
    return [
        {
            "word": WORDS[verdict.verdict],
            "stands": verdict.verdict == IS,
            "entry": verdict.entry.name,
            "id": f"{verdict.entry.name} ({verdict.entry.id})",
            "measure": verdict.entry.measure,
            "act": " ".join(part for part in (verdict.entry.act, verdict.entry.annex) if part),
            "since": verdict.entry.in_force_from or "",
            "reason": said(verdict.reason),
        }
        for verdict in verdicts
    ]
