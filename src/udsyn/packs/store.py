"""Reading packs: those shipped in `data/`, and any other YAML text."""

from __future__ import annotations

import datetime as dt
from functools import cache
from importlib.resources import files

from pydantic import ValidationError

from udsyn import plain
from udsyn.errors import UdsynError
from udsyn.packs.language import Pack, PackError


def parse(text: str, where: str = "the pack") -> Pack:
    """A pack from YAML. Raises PackError that says what is wrong and where."""
    try:
        said = plain.parse(text, where)
    except UdsynError as error:
        raise PackError(str(error)) from None
    try:
        return Pack.model_validate(said)
    except (ValidationError, RecursionError) as error:
        raise PackError(f"{where}: {first_fault(error)}") from None


def first_fault(error: ValidationError | RecursionError) -> str:
    if isinstance(error, RecursionError):
        return "conditions stand too deep inside one another."
    fault = error.errors()[0]
    place = " → ".join(str(part) for part in fault["loc"]) or "the whole"
    return f"{place}: {fault['msg'].removeprefix('Value error, ')}."


@cache
def shipped() -> dict[str, tuple[Pack, ...]]:
    """The shipped packs by id, the oldest version first."""
    found: dict[str, list[Pack]] = {}
    for file in sorted((files("udsyn.packs") / "data").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".yaml"):
            pack = parse(file.read_text(encoding="utf-8"), file.name)
            found.setdefault(pack.id, []).append(pack)
    return {id_: tuple(sorted(packs, key=lambda pack: pack.valid_from or dt.date.min)) for id_, packs in found.items()}


def versions(id_: str) -> tuple[Pack, ...]:
    """All shipped versions of a pack. Raises PackError where there is none of that name."""
    try:
        return shipped()[id_]
    except KeyError:
        raise PackError(f"no pack {id_}; there are {', '.join(shipped())}.") from None


def load(id_: str, version: str | None = None, on: dt.date | None = None) -> Pack:
    """One version: the one named, the one valid on a day, or the newest."""
    held = versions(id_)
    if version is not None:
        fits = [pack for pack in held if pack.version == version]
    elif on is not None:
        fits = [
            pack
            for pack in held
            if (pack.valid_from is None or pack.valid_from <= on) and (pack.valid_to is None or on < pack.valid_to)
        ]
    else:
        fits = list(held)
    if not fits:
        asked = f"version {version}" if version is not None else f"version valid on {on}"
        raise PackError(f"pack {id_} has no {asked}; there are {', '.join(pack.version for pack in held)}.")
    return fits[-1]
