"""Charts as drawings, here or by a process beside, which starts its engine while the record is still asked.

The renderer holds Python's lock as long as it draws: a thread would only make the others wait.
"""

from __future__ import annotations

import signal
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from typing import Any, Protocol

import vl_convert as vlc

from udsyn.errors import UdsynError

VEGA_LITE = "6.4"
#: A specification of Vega-Lite as SVG text, and as a page of PDF.
SVG = partial(vlc.vegalite_to_svg, vl_version=VEGA_LITE)
PDF = partial(vlc.vegalite_to_pdf, vl_version=VEGA_LITE)
EMPTY: dict[str, Any] = {"data": {"values": []}, "mark": "point"}


class Each(Protocol):
    """How several specifications are drawn, each in its turn: `map` draws them here."""

    def __call__(self, draw: partial[Any], specifications: Iterable[dict[str, Any]], /) -> Iterable[Any]: ...


@contextmanager
def beside() -> Iterator[Each]:
    """A process that draws while this one makes the next specification.

    Raises UdsynError where it ends before its time; what it cannot draw raises here what it would raise there.
    """
    ignored = (signal.SIGINT, signal.SIG_IGN)  # ctrl-C is for the process that started it
    with ProcessPoolExecutor(1, get_context("spawn"), signal.signal, ignored) as process:
        process.submit(SVG, EMPTY)  # the engine takes half a second to start
        try:
            yield process.map
        except BrokenProcessPool:
            raise UdsynError(
                "the process that draws the charts ended unexpectedly, perhaps for want of memory. Nothing was "
                "written; run the same command again."
            ) from None
