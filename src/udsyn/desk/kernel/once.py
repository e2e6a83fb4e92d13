"""What several parts of a page ask alike: asked once while the page is made, and by nobody who changes something."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
_answers: ContextVar[dict[Any, Any] | None] = ContextVar("answers", default=None)


@contextmanager
def reading(only: bool) -> Iterator[None]:
    """What is done inside makes one page, and `only` reads."""
    token = _answers.set({} if only else None)
    try:
        yield
    finally:
        _answers.reset(token)


def once(ask: Callable[P, R]) -> Callable[P, R]:
    """A function of hashable arguments. Whoever gets the answer does not change it."""

    @wraps(ask)
    def asked(*args: P.args, **more: P.kwargs) -> R:
        answers = _answers.get()
        if answers is None:
            return ask(*args, **more)
        about = ask, args, *more.items()
        if about not in answers:
            answers[about] = ask(*args, **more)
        answer: R = answers[about]
        return answer

    return asked
