"""The address of a number: what stands in the column `result`, and leads back to the cells and works behind it.

`profile/DK/fractional/all/field/21` is a row, `profile/DK/fractional/all/field/21@openalex#mncs` one number of it from
one source. The same record and settings give the same number at the same address.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from udsyn.errors import UsageError
from udsyn.evidence.result import Result
from udsyn.evidence.sources import Years

#: kind of finding → the parts of its addresses
FORMS: Mapping[str, tuple[str, ...]] = {
    "profile": ("COUNTRY", "COUNTING", "YEARS", "LEVEL", "ID", "[TOP]"),
    "strengths": ("HOME", "PARTNER", "COUNTING", "YEARS", "LEVEL", "ID"),
    "ties": ("HOME", "PARTNER", "YEAR"),
    "share": ("COUNTRY", "YEAR"),
    "rates": ("COUNTRY", "YEAR"),
    "differences": ("COUNTRY", "AGAINST", "COUNTING", "YEARS", "YEARS", "LEVEL", "ID"),
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

    def __str__(self) -> str:
        ends = (f"@{self.source}" if self.source else "") + (f"#{self.column}" if self.column else "")
        return "/".join((self.kind, *self.parts)) + ends


def address(result: Result, row: Mapping[str, Any], column: str | None = None) -> str | None:
    """The address of a row of a finding, or of one number in it; None where the finding has no addresses.

    Worked: the row of field 21 in the profile of Denmark from openalex, its column mncs →
    profile/DK/fractional/all/field/21@openalex#mncs.
    """
    at = row.get("result")
    return f"{at}@{result.provenance.source}" + (f"#{column}" if column else "") if at else None


def years_of(text: str) -> Years | None:
    """The period of an address: 2018-2022, 2020 or all."""
    if text == "all":
        return None
    first, _, last = text.partition("-")
    try:
        return int(first), int(last or first)
    except ValueError:
        raise UsageError(f"{text} is no period: write 2018-2022, 2020 or all.") from None
