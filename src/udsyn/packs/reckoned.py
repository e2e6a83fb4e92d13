"""What packs reckon from a case, as plain objects: the verbs of the command line and of Python.

A case is the object itself, or the file that holds it as JSON. Each raises UdsynError for a case that cannot be used.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from udsyn.packs import aid, allowance
from udsyn.packs.granted import bound_of, granted
from udsyn.packs.judge import Verdict
from udsyn.packs.language import PackError
from udsyn.packs.store import load, parse
from udsyn.plain import load_json, load_text

Case = Path | str | Mapping[str, Any]


def case_of(case: Case) -> Any:
    return load_json(Path(case)) if isinstance(case, Path | str) else dict(case)


def travel_allowance(case: Case, *, rates: Path | str | None = None, known_on: dt.date | None = None) -> dict[str, Any]:
    """The travel allowance of a journey, by Danish rules: amount, currency, lines.

    A line is what, count, each, amount, rate_from (the day from which its rate is valid). Without a CSV of rates
    Denmark's own are used; with a day, only those known on it.
    """
    held = allowance.shipped() if rates is None else allowance.read_rates(load_text(Path(rates)))
    found = allowance.reckon(allowance.parse(case_of(case)), held, known_on)
    lines = [
        {
            "what": line.what,
            "count": line.count,
            "each": float(line.each),
            "amount": float(line.amount),
            "rate_from": str(line.rate_from),
        }
        for line in found.lines
    ]
    return {"amount": float(found.amount), "currency": found.currency, "lines": lines}


def stay_grant(case: Case, *, pack: str = "cost-stsm", on: dt.date | None = None) -> dict[str, Any]:
    """What may be granted of what a stay asks for, by the rules of a pack (its name, or a YAML file).

    asked, granted (None where a rule is against it, or a fact is not known), currency, cut (the rules whose bounds lie
    below what is asked for, with the bound) and against (those not met or not known), each with clause and source.
    """
    held = case_of(case)
    if not isinstance(held, dict):
        raise PackError("a stay is one object: days, early_career, budget.")
    rules = parse(load_text(Path(pack))) if pack.endswith((".yaml", ".yml")) else load(pack)
    found = granted(rules, held, on or dt.datetime.now(dt.UTC).date())
    if found is None:
        raise PackError(f"{pack} has no rule that says how much of a sum may be granted.")
    return {
        "asked": None if found.asked is None else plain(found.asked),
        "granted": None if found.amount is None else plain(found.amount),
        "currency": found.currency,
        "cut": [{**told(one), "bound": plain(bound_of(one))} for one in found.cut],
        "against": [{**told(one), "outcome": one.outcome.value} for one in found.against],
    }


def told(verdict: Verdict) -> dict[str, str]:
    says = verdict.says or {}
    return {"rule": verdict.rule, "clause": verdict.clause, "source": verdict.source, "says": says.get("en", "")}


def aid_room(case: Case, on: dt.date, *, calendar: str = "DK", regulation: str = aid.GENERAL) -> dict[str, Any]:
    """The de minimis aid that an undertaking may still be granted on a day, in EUR, by the pack of a regulation:
    de-minimis (Regulation (EU) 2023/2831), de-minimis-services, de-minimis-agriculture.

    room, ceiling, counted, asked, may_grant (all that is asked, or nothing), register_by (the last day for the entry in
    the register, by the public holidays of a country).
    """
    found = aid.room_on(aid.parse(case_of(case)), on, regulation)
    counted = [
        {"date": str(award.date), "amount": plain(award.amount), "undertaking": award.undertaking}
        for award in found.counted
    ]
    answer: dict[str, Any] = {
        "room": plain(found.room),
        "ceiling": plain(found.ceiling),
        "counted": counted,
        "asked": plain(found.asked),
        "may_grant": plain(found.may_grant),
    }
    if found.may_grant:
        answer["register_by"] = str(aid.register_by(on, calendar, regulation))
    return answer


def plain(amount: Decimal | Fraction) -> int | float:
    """A whole amount without decimals."""
    return int(amount) if amount == int(amount) else float(amount)
