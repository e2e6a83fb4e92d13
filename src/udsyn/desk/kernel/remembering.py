"""What is computed from the whole desk, kept while the ledger does not grow, nobody says anything of a find, and for a
minute at most; for an hour where the ledger tells of all that it is computed from.

Key figures read every request of a year, which takes a third of a second; what they say changes with the desk only.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Collection
from functools import partial, wraps
from threading import Lock
from typing import Any, ParamSpec, TypeVar

from django.db import connection

from udsyn.desk.kernel.wording import language

SECONDS = 60  #: some rows change without a line of the ledger
HOUR = 3600  #: a clock goes on
MOST = 100  #: answers of one process
P = ParamSpec("P")
R = TypeVar("R")
#: the ledger's last line, and when somebody last said something of a find, which writes none: what all processes see
STATE = "SELECT (SELECT hash FROM core_entry ORDER BY seq DESC LIMIT 1), (SELECT MAX(said_at) FROM core_find)"
_kept: dict[tuple[Any, ...], tuple[Any, float, Any]] = {}
_computed: defaultdict[tuple[Any, ...], Lock] = defaultdict(Lock)  #: who comes while it is computed waits for it


def remembered(compute: Callable[P, R], seconds: int = SECONDS) -> Callable[P, R]:
    """A function of hashable arguments (rows count by their number) and the desk, asked once for each state of it.
    Whoever gets the answer does not change it."""

    @wraps(compute)
    def asked(*args: P.args, **more: P.kwargs) -> R:
        about = compute.__module__, compute.__name__, language(), *map(fixed, args), *more.items()
        with connection.cursor() as cursor:
            cursor.execute(STATE)
            state = cursor.fetchone()
        with _computed[about]:
            kept = _kept.get(about)
            if kept is None or kept[0] != state or time.monotonic() - kept[1] >= seconds:
                if len(_kept) >= MOST:
                    forget()
                kept = _kept[about] = (state, time.monotonic(), compute(*args, **more))
        answer: R = kept[2]
        return answer

    return asked


#: of what the ledger tells of
told = partial(remembered, seconds=HOUR)


def fixed(value: Any) -> Any:
    return tuple(value) if isinstance(value, Collection) and not isinstance(value, str) else value


def forget() -> None:
    _kept.clear()
    _computed.clear()
