"""When what is being done came in: a request counts from its arrival, not from when its turn to be written came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import timezone

ARRIVED: ContextVar[dt.datetime | None] = ContextVar("arrived", default=None)


@contextmanager
def arrived(moment: dt.datetime) -> Iterator[None]:
    """What is done inside came in at this moment."""
    token = ARRIVED.set(moment)
    try:
        yield
    finally:
        ARRIVED.reset(token)


def moment() -> dt.datetime:
    """The arrival of the request that is being answered; now, where there is none."""
    return ARRIVED.get() or timezone.now()
