"""How many threads linear algebra takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from threadpoolctl import threadpool_limits


@contextmanager
def one_thread() -> Iterator[None]:
    """Around the work or as a decorator: the matrices are small, more threads only wait, and may round differently."""
    import scipy.linalg  # noqa: F401  its threads can be limited only once it is loaded

    with threadpool_limits(1):
        yield
