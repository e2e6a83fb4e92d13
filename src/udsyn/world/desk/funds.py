"""Invented calls that colleagues typed in, what each says of countries, and two saved searches."""

from __future__ import annotations

from typing import Any

from udsyn.desk.kernel.permissions import actor_of
from udsyn.desk.ops.filling import both, put
from udsyn.desk.rooms.funds import commands
from udsyn.desk.rooms.funds.models import CallClause, CallTyped, FundSearch

#: title (Danish, English), what is asked for (Danish, English), rules of, opens and closes in days from today, rules
CALLS: tuple[tuple[Any, ...], ...] = (
    (
        ("Grøn brint med Korea (opdigtet)", "Green hydrogen with Korea (invented)"),
        (
            "Elektrolyse ved lav temperatur og lagring af brint.",
            "Low-temperature electrolysis and storage of hydrogen.",
        ),
        "",
        (-30, 24),
        (("DK", "money", "Danish partners, up to 90 per cent"), ("KR", "no_money", "Each side pays its own")),
    ),
    (
        ("Kvanteteknologi med Japan (opdigtet)", "Quantum technology with Japan (invented)"),
        ("Sensorer og udlæsning af qubits.", "Sensors and the readout of qubits."),
        "",
        (20, 95),
        (("DK", "money", "Danish partners"), ("JP", "money", "Japanese partners, from their own fund")),
    ),
    (
        ("Eurostars, forår (opdigtet)", "Eurostars, spring (invented)"),
        ("Innovative virksomheder på alle felter.", "Innovative companies in any field."),
        "eurostars",
        (-10, 61),
        (),
    ),
    (
        ("Sundhedsdata med Indien (opdigtet)", "Health data with India (invented)"),
        ("Fælles analyse af sundhedsdata.", "Joint analysis of health data."),
        "",
        (-90, -12),
        (("IN", "money", "Indian partners, from their own fund"),),
    ),
)


def live(office: Any) -> None:
    """Write them into an office (`half_year.HalfYear`)."""
    for number, (title, text, programme, (opens, closes), clauses) in enumerate(CALLS, 1):
        call = put(
            CallTyped(
                title=both(*title),
                text=both(*text),
                funder="Innovation Fund (demonstration)",
                programme=programme,
                opens=office.day(opens),
                closes=office.day(closes),
                clock="12:00",
                currency="DKK",
                budget=20_000_000,
                awards=4 + number,
                url=f"https://example.org/call-{number}",
                retrieved_on=office.day(-95),
            )
        )
        for code, verdict, clause in clauses:
            put(CallClause(call=call, country=office.countries[code], verdict=verdict, clause=clause))
    searches = (
        ("officer", "Hydrogen with Korea", "hydrogen electrolysis", "KR"),
        ("client", "Quantum", "qubits", "JP"),
    )
    for key, name, text, code in searches:
        search = FundSearch(name=name, text=text, country=office.countries[code])
        commands.keep(search, actor_of(office.users[key], office.today))
