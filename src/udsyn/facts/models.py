"""The shape of a fact. Loading a file checks every fact against these models, so that a wrong file never loads.

`None` means *unknown* everywhere: an agreement whose `valid_to` is None may or may not have ended.
"""

from __future__ import annotations

import calendar
import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, computed_field, model_validator

_PARTIAL = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


def _partial(value: Any) -> str | None:
    """A day, month or year as ISO text; YAML reads `2013` as a number and `2012-05-15` as a date."""
    if value is None:
        return None
    text = value.isoformat() if isinstance(value, date) else str(value)
    if not _PARTIAL.fullmatch(text):
        raise ValueError(f"{text!r} is not a day, month or year (2012-05-15, 2012-05 or 2012)")
    earliest(text)
    return text


def earliest(partial: str) -> date:
    """The first day that a day, month or year can mean."""
    year, month, day = ([int(part) for part in partial.split("-")] + [1, 1])[:3]
    return date(year, month, day)


def latest(partial: str) -> date:
    """The last day that a day, month or year can mean."""
    parts = [int(part) for part in partial.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    return date(year, month, parts[2] if len(parts) > 2 else calendar.monthrange(year, month)[1])


PartialDate = Annotated[str, BeforeValidator(_partial)]
Text = Annotated[str, BeforeValidator(lambda value: str(value) if isinstance(value, int) else value)]
Code = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
SourceKey = Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]


class Model(BaseModel):
    """Strict: an unknown key in a file is an error, and a loaded fact does not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(Model):
    """Where a fact was read."""

    key: SourceKey
    title: str
    urls: Annotated[tuple[str, ...], Field(min_length=1)]


class Fact(Model):
    """What every fact carries. `confirmed_on`: the last day on which a source shows it standing.
    `ended_by`: a source shows that it had ended by then; the day itself is unknown."""

    id: str
    title: str
    valid_from: PartialDate | None = None
    valid_to: PartialDate | None = None
    confirmed_on: PartialDate | None = None
    ended_by: PartialDate | None = None
    note: str | None = None
    sources: Annotated[tuple[SourceKey, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Fact:
        for end in (self.valid_to, self.confirmed_on, self.ended_by):
            if self.valid_from and end and latest(end) < earliest(self.valid_from):
                raise ValueError(f"{self.id}: ends {end}, before it begins {self.valid_from}")
        return self

    @property
    def year(self) -> int | None:
        """The year in which it began, or None when unknown."""
        return earliest(self.valid_from).year if self.valid_from else None

    def in_force(self, on: date) -> bool | None:
        """Whether it stood on a day: True or False where sources say so, None where they do not."""
        if self.valid_from and on < earliest(self.valid_from):
            return False
        if self.valid_to and on > latest(self.valid_to):
            return False
        if self.ended_by and on >= latest(self.ended_by):
            return False
        seen = [earliest(end) for end in (self.confirmed_on, self.valid_to) if end]
        begun = self.valid_from is not None and on >= latest(self.valid_from)
        return True if begun and any(on <= end for end in seen) else None


class Dated(Model):
    """Something that happened under an agreement."""

    date: PartialDate
    what: str


class NamedField(Model):
    """A field that an agreement, or a later document under it, names.

    `named_on`: the day of that document, None where it is unknown. `source`: the page that names it. `role`: named as a
    field of cooperation, or as what one side demands.
    """

    field: str
    named_on: PartialDate | None
    source: SourceKey
    role: Literal["cooperation", "demand"] = "cooperation"


class Confirmation(Model):
    """A day on which a page lists a fact as standing."""

    day: PartialDate
    source: SourceKey


class Agreement(Fact):
    """Between two countries; valid_from is the signature. Clauses that no source states are None.

    `confirmed_on` is the last of the `confirmations`.
    """

    countries: tuple[Code, Code]
    kind: Literal["agreement", "memorandum", "treaty", "letter of understanding"]
    parties: tuple[str, ...] = ()
    named: tuple[NamedField, ...] = ()
    confirmations: tuple[Confirmation, ...] = ()
    bodies: tuple[str, ...] = ()
    follow_up: tuple[Dated, ...] = ()
    duration_years: float | None = None
    auto_renew: bool | None = None
    notice_months: float | None = None

    @model_validator(mode="before")
    @classmethod
    def _last_confirmation(cls, values: dict[str, Any]) -> dict[str, Any]:
        days = [text for one in values.get("confirmations", ()) if (text := _partial(one["day"]))]
        return {**values, "confirmed_on": max(days, key=latest)} if days else values

    @model_validator(mode="after")
    def _names_its_pages(self) -> Agreement:
        for page in [one.source for one in self.named] + [one.source for one in self.confirmations]:
            if page not in self.sources:
                raise ValueError(f"{self.id}: {page} is not among its sources")
        return self

    @property
    def signed(self) -> str | None:
        return self.valid_from

    @computed_field  # type: ignore[prop-decorator]
    @property
    def fields(self) -> tuple[str, ...]:
        """Every field of cooperation that it or a later document under it names."""
        return tuple(one.field for one in self.named if one.role == "cooperation")

    def fields_by(self, year: int) -> tuple[str, ...]:
        """The fields of cooperation that are known to have been named by the end of a year."""
        return tuple(
            one.field
            for one in self.named
            if one.role == "cooperation" and one.named_on and latest(one.named_on).year <= year
        )

    def partner(self, home: str) -> str:
        """The other country."""
        first, second = self.countries
        return second if first == home else first


class FormerPlace(Model):
    """Where a centre was before; `until` is None where the day of the move is unknown."""

    city: str
    lat: Latitude
    lon: Longitude
    until: PartialDate | None


class Centre(Fact):
    """An innovation centre of the home country abroad; valid_from is its opening, coordinates are the city's."""

    home: Code
    country: Code
    city: str
    lat: Latitude
    lon: Longitude
    moved: tuple[FormerPlace, ...] = ()

    @property
    def opened(self) -> str | None:
        return self.valid_from


class Post(Fact):
    """An office abroad, never the person who holds it."""

    home: Code
    country: Code
    kind: Literal["innovation attaché", "growth advisor"]
    centre: str | None
    city: str | None
    financing: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()


class ConditionalCountries(Model):
    """Partner countries that a declared focus opens."""

    condition: str
    countries: tuple[Code, ...]


class MaxShare(Model):
    """The largest part that something may be of something else, as a fraction."""

    what: str
    of: str
    max: Annotated[float, Field(gt=0, le=1)]


class Rules(Model):
    """What the sources state about one version of a programme's call."""

    version: Text
    applicants: tuple[str, ...]
    partner_countries: tuple[Code, ...] | None
    partner_countries_rule: str
    conditional_countries: tuple[ConditionalCountries, ...] = ()
    costs_covered: tuple[str, ...] = ()
    costs_excluded: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    max_partners: int | None = None
    min_grant_dkk: int | None = None
    max_grant_dkk: int | None = None
    min_months: int | None = None
    max_months: int | None = None
    shares: tuple[MaxShare, ...] = ()
    assessment: tuple[str, ...] = ()
    tie_break: str | None = None
    report_months_after_end: int | None = None
    extension_months_before_end: int | None = None
    sources: Annotated[tuple[SourceKey, ...], Field(min_length=1)]


class Round(Model):
    """One round or period of a programme; `approximate` marks figures that the source rounds ("over DKK 15 m")."""

    period: Text
    applications: int | None
    applied_dkk: int | None
    grants: int | None
    granted_dkk: int | None
    approximate: bool = False
    sources: Annotated[tuple[SourceKey, ...], Field(min_length=1)]


class Programme(Fact):
    """A programme for international networks or research, in one of its forms."""

    home: Code
    short: str
    level: str
    administrator: str
    rules: Rules
    rounds: tuple[Round, ...] = ()


class VisitingPartner(Fact):
    """A host abroad that takes visiting scientists by agreement."""

    home: Code
    country: Code
    city: str
    lat: Latitude
    lon: Longitude
    fields: tuple[str, ...] = ()
    who: tuple[str, ...] = ()
    stay_months: tuple[int, int] | None = None
    travel_support_dkk: int | None = None


class Figure(Fact):
    """A published number, to set beside a computed one."""

    country: Code
    indicator: str
    value: float
    unit: str
    period: Text
    data: str | None
    counting: str | None
    partner: Code | None = None
    approximate: bool = False
    derived: bool = False


class SecurityList(Fact):
    """A dated list, guideline or rule of research security."""

    kind: Literal["country list", "guideline", "body", "trigger list", "regulation", "recommendation"]
    edition: str | None
    countries: tuple[Code, ...] = ()
    rules: tuple[str, ...] = ()


class Procurement(Fact):
    """Who may bid for public purchases: parties of an agreement, a chapter with the EU, or values from which on."""

    kind: Literal["party", "chapter", "thresholds"]
    countries: tuple[Code, ...]
    currency: str | None = None
    values: dict[str, int] = {}


class Membership(Model):
    """Countries that belong to a group from a day (None: unknown or always) to a day (None: still)."""

    countries: tuple[Code, ...]
    valid_from: PartialDate | None = None
    valid_to: PartialDate | None = None


class Group(Model):
    """A group of countries."""

    id: str
    title: str
    labels: tuple[str, ...]
    members: tuple[Membership, ...]
    note: str | None = None
    sources: Annotated[tuple[SourceKey, ...], Field(min_length=1)]

    def on(self, day: date) -> tuple[str, ...]:
        """Its members on a day."""
        return tuple(
            sorted(
                code
                for part in self.members
                if (part.valid_from is None or earliest(part.valid_from) <= day)
                and (part.valid_to is None or day <= latest(part.valid_to))
                for code in part.countries
            )
        )
