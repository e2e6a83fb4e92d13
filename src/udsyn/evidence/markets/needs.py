"""Need profiles: words, topics and codes of one technology, proposed by labels, confirmed by a person, kept as YAML.

    name: electrolysers
    text: electrolysers for green hydrogen
    words: [electrolyser, elektrolysator]
    topics: [T10030]
    codes:
      - {scheme: cpv, code: "42994200", label: Electrolysers, score: 0.61, confirmed: true}
    confirmed_by: Trade desk
    confirmed_on: 2026-03-02

Only confirmed codes are asked for. A label that fits a text is a proposal; whether it is the technology, a person says.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from udsyn import plain
from udsyn.errors import NotHeld, UdsynError, UsageError
from udsyn.record.parts import write_atomically
from udsyn.record.trade.tables import shelf


class Code(BaseModel):
    """A code of a scheme that may stand for the technology."""

    model_config = ConfigDict(extra="forbid")
    scheme: str
    code: str
    label: str | None = None
    score: float | None = None
    confirmed: bool = False


class Need(BaseModel):
    """A need profile."""

    model_config = ConfigDict(extra="forbid")
    name: str
    text: str
    words: list[str] = []
    topics: list[str] = []
    codes: list[Code] = []
    confirmed_by: str | None = None
    confirmed_on: dt.date | None = None

    def confirmed(self) -> dict[str, list[str]]:
        """Scheme → its confirmed codes."""
        found: dict[str, list[str]] = {}
        for code in self.codes:
            if code.confirmed:
                found.setdefault(code.scheme, []).append(code.code)
        return found

    def products(self) -> list[str]:
        """The confirmed products of the Harmonised System, whatever its revision."""
        return [code for scheme, codes in self.confirmed().items() if scheme.startswith("hs") for code in codes]


def schemes(record: Path | str) -> dict[str, pl.DataFrame]:
    """Scheme → its loaded labels (code, language, label)."""
    held = shelf(Path(record)).scan("labels").select("scheme", "code", "language", "label").unique().collect()
    return {str(name[0]): rows.drop("scheme") for name, rows in held.sort("scheme", "code").group_by("scheme")}


def propose(
    record: Path | str,
    text: str,
    *,
    name: str | None = None,
    words: Sequence[str] = (),
    topics: Sequence[str] = (),
    limit: int = 8,
) -> Need:
    """A profile of what fits a text best in each scheme whose labels are loaded; nothing in it is confirmed yet.

    Raises NotHeld where no labels are loaded, UsageError for a text without a word.
    """
    if not re.search(r"[^\W\d_]", text):
        raise UsageError("describe the technology in words, as: electrolysers for green hydrogen.")
    from udsyn.evidence.markets.labels import Labels  # loaded where a text is compared: a saved need asks for none

    held = schemes(record)
    if not held:
        raise NotHeld("no labels are loaded: `udsyn markets load cpv.csv --as labels --scheme cpv`.")
    codes = [
        Code(scheme=scheme, code=found.code, label=found.label, score=round(found.score, 3))
        for scheme, rows in sorted(held.items())
        for found in Labels(rows).rank(" ".join([text, *words]), limit)
    ]
    return Need(name=name or text, text=text, words=list(words), topics=list(topics), codes=codes)


def confirm(need: Need, codes: Sequence[str], by: str, on: dt.date) -> Need:
    """The profile with codes confirmed (`cpv:42994200`); one that was not proposed is added. Others stay as they are.

    Raises UsageError for what names no scheme and code.
    """
    held = {(code.scheme, code.code): code for code in need.codes}
    for named in codes:
        scheme, _, code = named.partition(":")
        if not scheme or not code:
            raise UsageError(f"{named}: name a code as cpv:42994200.")
        key = (scheme.lower(), code)
        held[key] = held.get(key, Code(scheme=key[0], code=code)).model_copy(update={"confirmed": True})
    return need.model_copy(update={"codes": list(held.values()), "confirmed_by": by, "confirmed_on": on})


def load(file: Path) -> Need:
    """A saved profile. Raises UdsynError where it is none."""
    try:
        return Need.model_validate(plain.parse(plain.load_text(file), file.name))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UdsynError(f"{file.name} is no need profile: {where} {first['msg']}.") from None


def save(need: Need, file: Path) -> None:
    """Write a profile; the same profile gives the same bytes."""
    text = yaml.safe_dump(need.model_dump(exclude_none=True), sort_keys=False, allow_unicode=True, width=110)
    write_atomically(file, text.encode())
