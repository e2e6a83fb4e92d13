"""What instruments did to joint works, estimated from the desk's own ledger of ties, and kept for pages to read.

    DESK/followup/effects.json     scope (all, or kind:id of what is decided upon) → question → what the engine found

The engine takes pairs of people of the record, those that were refused or fell through as what the others are compared
with. Where there are too few, what is kept is how many there are, and no figure.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.db.models import Q

from udsyn.desk.kernel.ties import GONE, PERSON, Tie
from udsyn.desk.tools.record import named
from udsyn.errors import NotHeld, UsageError
from udsyn.evidence.effect.ledger import COLUMNS, QUESTION_OF
from udsyn.record.engine import Record
from udsyn.record.parts import write_atomically

PLACE = "followup/effects.json"
ALL = "all"  #: the scope of everything that the desk holds
LEAST = 10  #: pairs below which the engine never answers
FIGURES = (
    "estimator", "effect", "low", "high", "pretrend_p", "mde", "treated", "untreated", "manipulation_p", "line_low",
    "line_high",
)  # fmt: skip

Judged = dict[str, Any]  #: pairs (usable, made), rows (FIGURES), origin (a Provenance as a dictionary) or None, missing


def judge_all(folder: Path, scopes: Mapping[str, Q], record: Record | None = None) -> dict[str, Any]:
    """Estimate for each scope and question; returns how many estimates there are. Nothing where no record is named."""
    record = record or named()
    if record is None:
        return {}
    found = {name: judge(record, where) for name, where in {ALL: Q(), **scopes}.items()}
    write_atomically(folder / PLACE, json.dumps(found, default=str).encode())
    rows = [row for answers in found.values() for judged in answers.values() for row in judged["rows"]]
    return {"estimates": sum(row["effect"] is not None for row in rows)}


def judge(record: Record, where: Q) -> dict[str, Judged]:
    """Question (grants, stays, events, introductions) → what the engine found; only those of which ties are held."""
    return {
        question: judged(record, ledger(where, question), question)
        for question in dict.fromkeys(QUESTION_OF.values())
        if Tie.objects.filter(where, instrument__in=words_of(question)).exists()
    }


def words_of(question: str) -> list[str]:
    """The instruments that a question is about."""
    return [word for word, asked in QUESTION_OF.items() if asked == question]


def ledger(where: Q, question: str) -> list[dict[str, Any]]:
    """The ties of two people of the record as lines of a ledger, as the command line takes it; nobody who said no to
    being followed."""
    rows = Tie.objects.filter(where, level=PERSON, instrument__in=words_of(question)).exclude(status=GONE)
    rows = rows.exclude(a_follow=False).exclude(b_follow=False)
    known = rows.exclude(a_author="").exclude(b_author="").order_by("date", "pk")
    return [
        {"date": day, "instrument": instrument, "a": a, "b": b, "funded": "", "rating": rating, "status": status}
        for day, instrument, a, b, rating, status in known.values_list(
            "date", "instrument", "a_author", "b_author", "rating", "status"
        )
        if a != b
    ]


def judged(record: Record, lines: list[dict[str, Any]], question: str) -> Judged:
    """What the engine says of these lines; without a row where it cannot be asked."""
    pairs = {frozenset((line["a"], line["b"])) for line in lines if line["status"] == "made"}
    answer: Judged = {"pairs": len(pairs), "rows": [], "origin": None, "missing": None}
    if len(pairs) < LEAST:
        return answer
    from udsyn.evidence.effect.instruments import instrument_effect  # SciPy is needed at night alone

    with tempfile.TemporaryDirectory(prefix="udsyn-ledger-") as place:
        file = Path(place) / "ledger.csv"
        file.write_text(as_csv(lines), encoding="utf-8")
        try:
            found = instrument_effect(record, file, question)
        except (NotHeld, UsageError) as error:
            return answer | {"missing": str(error)[:300]}
    rows = [{name: asdict(row)[name] for name in FIGURES} for row in found.rows]
    return answer | {"rows": rows, "origin": asdict(found.provenance)}


def as_csv(lines: list[dict[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue()


def held(folder: Path, scope: str = ALL) -> dict[str, Judged] | None:
    """What was estimated for a scope; None where nothing was, or the file cannot be read."""
    try:
        found: dict[str, Judged] | None = json.loads((folder / PLACE).read_bytes()).get(scope)
    except (OSError, ValueError, AttributeError):
        return None
    return found
