"""A project sketch: what it is about and who takes part, by country or by organisation; and the calls that fit it.

title: Low-temperature electrolysis       text: Cells that ...         in YAML
partners: [{country: DK}, {organisation: "https://ror.org/0123abc45"}, {organisation: Invented University}]
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from udsyn.errors import NotHeld, UdsynError, UsageError
from udsyn.evidence.funds.eligible import code_of
from udsyn.evidence.funds.find import COMING, fitting, judged
from udsyn.evidence.funds.ranking import Embed
from udsyn.evidence.funds.register import held as calls_held
from udsyn.facts.countries import resolve
from udsyn.record.engine import Record
from udsyn.record.tables import INSTITUTIONS, ORGANISATIONS


class Partner(BaseModel):
    """One partner: its country, or an organisation of the record by ROR id or exact name."""

    model_config = ConfigDict(extra="forbid")

    country: str | None = None
    organisation: str | None = None

    @model_validator(mode="after")
    def one_of_both(self) -> Partner:
        if bool(self.country) == bool(self.organisation):
            raise ValueError("a partner has a country or an organisation")
        return self


class Sketch(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: str = Field(min_length=1)
    text: str = ""
    partners: list[Partner] = Field(min_length=1)

    @property
    def words(self) -> str:
        return f"{self.title} {self.text}".strip()


@dataclass(frozen=True)
class Placed:
    """A partner as the record knows it: what was asked, its name and country."""

    asked: str
    name: str | None
    country: str

    def __str__(self) -> str:
        return f"{self.name or self.asked} ({self.country})"


def read_sketch(file: Path) -> Sketch:
    """A sketch from YAML. Raises UdsynError that says what is missing or wrong in it."""
    try:
        return Sketch.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UdsynError(f"{file.name} is no YAML: {' '.join(str(error).split())[:200]}") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise UdsynError(f"{file.name}: {'.'.join(map(str, first['loc'])) or 'sketch'}: {first['msg']}.") from None


def partner_of(line: str) -> Partner:
    """A partner as somebody writes it in one line: a country's name or code, else an organisation."""
    return Partner(country=line) if resolve(line) else Partner(organisation=line)


def codes_of(partners: Sequence[Placed]) -> list[str]:
    """The countries of partners, each once."""
    return list(dict.fromkeys(one.country for one in partners))


def placed(record: Path | str, partners: Sequence[Partner]) -> list[Placed]:
    """Each partner with its country. Raises NotHeld for an organisation that the record does not hold, UsageError for
    one of several countries, or for an unknown country."""
    return [
        Placed(one.country, None, code_of(one.country)) if one.country else organisation(record, one.organisation or "")
        for one in partners
    ]


def organisation(record: Path | str, asked: str) -> Placed:
    """An organisation of ROR's register or of the works' institutions, by its ROR id or its exact name."""
    opened = Record(Path(record))
    tables = [
        table for table in (ORGANISATIONS, INSTITUTIONS) if opened.manifest_file.is_file() and opened.holds(table)
    ]
    said = asked.strip().casefold()
    found: set[tuple[str, str]] = set()
    if tables:
        with opened.connect() as connection:
            for table in tables:
                found |= set(
                    connection.execute(
                        f"SELECT name, country FROM {table.name} WHERE country IS NOT NULL "  # noqa: S608
                        "AND (lower(name) = $said "
                        "OR regexp_extract(lower(ror), '[^/]+$') = regexp_extract($said, '[^/]+$'))",
                        {"said": said},
                    ).fetchall()
                )
    if not found:
        raise NotHeld(f"the record holds no organisation {asked}: write its ROR id, its exact name, or a country.")
    if len({country for _, country in found}) > 1:
        where = ", ".join(sorted({country for _, country in found}))
        raise UsageError(f"{asked} is the name of organisations in {where}: write its ROR id.")
    name, country = min(found)
    return Placed(asked, name, country)


def fitting_sketch(
    record: Path | str,
    sketch: Sketch,
    on: dt.date,
    *,
    embed: Embed | None = None,
    limit: int | None = None,
    states: Sequence[str] = COMING,
    **asked: Any,
) -> list[dict[str, Any]]:
    """The calls that fit a sketch, within what its partners' countries are allowed, as `find.find` gives them; besides
    `partners`: each as it was asked, with its country and name."""
    from udsyn.evidence.funds.history import Paid  # it brings SciPy, and the desk's form does without

    partners = placed(record, sketch.partners)
    found = judged(calls_held(record), on, countries=codes_of(partners), states=states, **asked)
    told = [str(one) for one in partners]
    return [{**row, "partners": told} for row in fitting(sketch.words, found, Paid.held(record), limit, embed)]
