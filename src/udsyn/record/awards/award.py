"""An award as every format here writes it. What is not known is None or empty, and is left out."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, field, fields
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Body:
    """An organisation: its name, ROR id (0abc12345), country (ISO-2)."""

    name: str
    ror: str = ""
    country: str = ""


@dataclass(frozen=True)
class Funder:
    """Who publishes. `ident` is an organisation identifier as org-id.guide lists them (DK-CVR-12345678), `prefix` its
    360Giving prefix, `doi` its DOI prefix; the last two are needed by those formats alone."""

    name: str
    ident: str
    ror: str = ""
    country: str = ""
    registry: str = ""  #: its id in the Funder Registry (10.13039/…)
    prefix: str = ""
    doi: str = ""
    email: str = ""
    address: str = ""  #: of a grant's page, in front of its number


@dataclass(frozen=True)
class Taking:
    """Somebody who takes part, at an organisation."""

    name: str
    orcid: str = ""
    at: Body = field(default_factory=lambda: Body(""))


@dataclass(frozen=True)
class Paid:
    day: dt.date
    amount: Decimal  #: below zero where it came back


@dataclass(frozen=True)
class Award:
    number: str
    title: str
    amount: Decimal
    currency: str
    awarded: dt.date
    programme: str
    call: str
    state: str  #: running, closed, declined, stopped or awarded
    holder: Taking
    text: str = ""
    language: str = "en"  #: of title and text
    starts: dt.date | None = None
    ends: dt.date | None = None
    partners: tuple[Taking, ...] = ()
    lines: tuple[tuple[str, Decimal], ...] = ()  #: kind of cost, amount
    paid: tuple[Paid, ...] = ()
    development: bool = False  #: it counts as development aid
    sector: str = ""  #: its DAC code


def plain(award: Award) -> dict[str, Any]:
    """An award as values that JSON has: amounts as text, days as in ISO 8601."""
    return {name: as_plain(value) for name, value in asdict(award).items()}


def as_plain(value: Any) -> Any:
    if isinstance(value, (Decimal, dt.date)):
        return str(value)
    if isinstance(value, dict):
        return {name: as_plain(one) for name, one in value.items()}
    return [as_plain(one) for one in value] if isinstance(value, (tuple, list)) else value


def award_of(said: dict[str, Any]) -> Award:
    """The award that `plain` made these values of. Raises ValueError for what is none."""
    try:
        told = {one.name: said[one.name] for one in fields(Award) if one.name in said}
        told |= {
            "amount": Decimal(said["amount"]),
            "awarded": dt.date.fromisoformat(said["awarded"]),
            "holder": taking_of(said["holder"]),
            "starts": day_of(said.get("starts")),
            "ends": day_of(said.get("ends")),
            "partners": tuple(taking_of(one) for one in said.get("partners", ())),
            "lines": tuple((kind, Decimal(amount)) for kind, amount in said.get("lines", ())),
            "paid": tuple(
                Paid(dt.date.fromisoformat(one["day"]), Decimal(one["amount"])) for one in said.get("paid", ())
            ),
        }
        return Award(**told)
    except (KeyError, TypeError, ArithmeticError) as error:
        raise ValueError(f"this is no award: {error}") from None


def taking_of(said: dict[str, Any]) -> Taking:
    return Taking(said["name"], said.get("orcid", ""), Body(**said["at"]))


def day_of(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def org_id(body: Body, funder: Funder) -> str:
    """An organisation's identifier: by its ROR id, else by its name within the funder's own prefix."""
    if body.ror:
        return f"XI-ROR-{body.ror}"
    own = "".join(letter if letter.isalnum() else "-" for letter in body.name.casefold()).strip("-")
    return f"360G-{funder.prefix}-org:{own}"
