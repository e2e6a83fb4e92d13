"""Reading a case: JSON from a file, and checks that say what is wrong and where."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from udsyn import plain
from udsyn.errors import UsageError

#: The largest file that is read, in bytes: 5,000 applicants who each rank 500 hosts take about 60 MB.
LARGEST = 256 * 1024 * 1024


class CaseError(UsageError):
    """The case cannot be used as it stands."""


def load(path: Path) -> dict[str, Any]:
    """The JSON object in a file. Raises UdsynError where there is none."""
    case = plain.load_json(path, LARGEST)
    if not isinstance(case, dict):
        raise CaseError(f"{path.name}: a case is one JSON object.")
    return case


def number(value: Any, where: str, least: float = -math.inf) -> float:
    """A finite number, not below `least`."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value) or value < least:
        wanted = "a number" if least == -math.inf else f"a number from {least:g} on"
        raise CaseError(f"{where}: {value!r:.60} is not {wanted}.")
    return value


def whole(value: Any, where: str, least: int = 0) -> int:
    """A whole number, not below `least`."""
    found = number(value, where, least)
    if found != int(found):
        raise CaseError(f"{where}: {value!r} is not a whole number.")
    return int(found)


def ids(value: Any, where: str) -> list[str]:
    """Distinct names. Numbers are taken as their digits."""
    found = listed(value, where)
    if set(map(type, found)) - {str}:
        found = [name(item, where) for item in found]
    if len(set(found)) < len(found):
        double = next(item for item, times in Counter(found).items() if times > 1)
        raise CaseError(f"{where}: {double} stands twice.")
    return found


def name(value: Any, where: str) -> str:
    """A name, or a whole number as its digits."""
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return str(value)
    raise CaseError(f"{where}: {value!r:.60} is not a name.")


def listed(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise CaseError(f"{where}: a list is wanted.")
    return value


def held(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise CaseError(f"{where}: an object is wanted.")
    return value


def each(case: dict[str, Any], one: str, many: str, names: Sequence[str], default: int | None = None) -> list[int]:
    """One whole number for all (`one`), or a list with one for each name (`many`)."""
    if many in case:
        values = listed(case[many], many)
        if len(values) != len(names):
            raise CaseError(f"{many}: {len(values)} numbers for {len(names)}.")
        return [whole(value, f"{many}, {who}") for value, who in zip(values, names, strict=True)]
    if one not in case and default is None:
        raise CaseError(f"the case names neither {one} nor {many}.")
    return [whole(case.get(one, default), one)] * len(names)
