"""What is computed from the whole desk, kept while the ledger does not grow, and for a minute at most.

Key figures read every request of a year, which takes a third of a second; what they say changes with the desk only.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.utils import translation

from udsyn.desk.kernel.models import Entry

SECONDS = 60  #: some rows change without a line of the ledger, and a clock goes on
MOST = 100  #: answers of one process
P = ParamSpec("P")
R = TypeVar("R")
_kept: dict[tuple[Any, ...], tuple[Any, Any]] = {}


def remembered(compute: Callable[P, R]) -> Callable[P, R]:
    """A function of hashable arguments (rows count by their number) and the desk, asked once for each state of it.
    Whoever gets the answer does not change it."""

    @wraps(compute)
    def asked(*args: P.args, **more: P.kwargs) -> R:
        head = Entry.objects.order_by("-seq").values_list("hash", flat=True).first()
        now = head, int(time.monotonic() // SECONDS)
        about = compute.__module__, compute.__name__, translation.get_language(), *map(fixed, args), *more.items()
        kept = _kept.get(about)
        if kept is None or kept[0] != now:
            if len(_kept) >= MOST:
                _kept.clear()
            kept = _kept[about] = (now, compute(*args, **more))
        answer: R = kept[1]
        return answer

    return asked


def fixed(value: Any) -> Any:
    return tuple(value) if isinstance(value, Collection) and not isinstance(value, str) else value


def forget() -> None:
    _kept.clear()
