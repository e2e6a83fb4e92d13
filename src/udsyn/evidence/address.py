"""The address of a number: what stands in the column `result`, and leads back to the cells and works behind it.

`profile/DK/fractional/all/field/21` is a row, `profile/DK/fractional/all/field/21@openalex#mncs` one number of it from
one source. The same record and settings give the same number at the same address. It is a question (`Address.question`)
written in the order of FORMS.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from udsyn.errors import UsageError
from udsyn.evidence.question import Question, period, years_of
from udsyn.evidence.result import Result

#: kind of finding → the parts of its addresses; those from ID or YEAR on tell the rows of one finding apart
FORMS: Mapping[str, tuple[str, ...]] = {
    "profile": ("COUNTRY", "COUNTING", "YEARS", "LEVEL", "ID", "[TOP]"),
    "strengths": ("HOME", "PARTNER", "COUNTING", "YEARS", "LEVEL", "ID"),
    "ties": ("HOME", "PARTNER", "YEAR"),
    "share": ("COUNTRY", "YEAR"),
    "rates": ("COUNTRY", "YEAR"),
    "differences": ("COUNTRY", "AGAINST", "COUNTING", "YEARS", "YEARS_AGAINST", "LEVEL", "ID"),
}
ROWS = ("ID", "YEAR")

#: part of an address → how it is written from a question
WRITTEN: Mapping[str, Callable[[Question], str]] = {
    "COUNTRY": lambda asked: asked.country,
    "HOME": lambda asked: asked.country,
    "PARTNER": lambda asked: asked.other,
    "AGAINST": lambda asked: asked.partner or asked.country,
    "COUNTING": lambda asked: asked.counting,
    "YEARS": lambda asked: period(asked.years),
    "YEARS_AGAINST": lambda asked: period(asked.years_against or asked.years),
    "LEVEL": lambda asked: asked.level,
}

#: part of an address → the part of a question that it is, and how it is read
READ: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "COUNTRY": ("home", str),
    "HOME": ("home", str),
    "PARTNER": ("partner", str),
    "AGAINST": ("partner", str),
    "COUNTING": ("counting", str),
    "YEARS": ("years", years_of),
    "YEARS_AGAINST": ("years_against", years_of),
    "YEAR": ("years", years_of),
    "LEVEL": ("level", str),
    "ID": ("unit", str),
    "[TOP]": ("percent", lambda text: top_of(text)),
}


@dataclass(frozen=True)
class Address:
    """Where a number stands: the finding, its parts in the order of FORMS, the source and the column."""

    kind: str
    parts: tuple[str, ...]
    source: str | None = None
    column: str | None = None

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read `kind/part/…[@source][#column]`. Raises UsageError for what has no known form."""
        match = re.fullmatch(r"/*([a-z]+)/([^@#]*?)/*(?:@([^#]+))?(?:#(\w+))?", text.strip())
        kind, parts = (match[1], tuple(match[2].split("/"))) if match else ("", ())
        most = FORMS.get(kind, ())
        least = [part for part in most if not part.startswith("[")]
        if match is None or not least or not len(least) <= len(parts) <= len(most):
            forms = ", ".join("/".join((name, *form)) for name, form in FORMS.items())
            raise UsageError(f"{text} is no result. Take it from the column `result`; forms are {forms}.")
        return cls(kind, parts, match[3], match[4])

    @property
    def question(self) -> Question:
        """What is asked at this address. Raises UsageError for a part that cannot be read."""
        read = (READ[name] for name in FORMS[self.kind])
        said = {name: as_(text) for (name, as_), text in zip(read, self.parts, strict=False)}
        level, member = said.get("level", "all"), said.pop("unit", "all")
        if level != "all":
            said["unit"] = (level, member)
        try:
            return Question(**said, source=self.source)
        except UsageError as error:
            form = "/".join((self.kind, *FORMS[self.kind]))
            raise UsageError(f"{self} cannot be asked; its form is {form}: {error}") from None

    def __str__(self) -> str:
        ends = (f"@{self.source}" if self.source else "") + (f"#{self.column}" if self.column else "")
        return "/".join((self.kind, *self.parts)) + ends


def stem(kind: str, asked: Question) -> str:
    """The address of a finding up to what tells its rows apart. Worked: profile/DK/fractional/all/field."""
    form = FORMS[kind]
    common = form[: next(place for place, part in enumerate(form) if part in ROWS)]
    return "/".join((kind, *(WRITTEN[part](asked) for part in common)))


def address(result: Result, row: Mapping[str, Any], column: str | None = None) -> str | None:
    """The address of a row of a finding, or of one number in it; None where the finding has no addresses.

    Worked: the row of field 21 in the profile of Denmark from openalex, its column mncs →
    profile/DK/fractional/all/field/21@openalex#mncs.
    """
    at = row.get("result")
    return f"{at}@{result.provenance.source}" + (f"#{column}" if column else "") if at else None


def top_of(text: str) -> int:
    """The percent of `top10`."""
    if text not in ("top1", "top5", "top10", "top50"):
        raise UsageError(f"{text} is no top: forms are top1, top5, top10, top50.")
    return int(text.removeprefix("top"))
