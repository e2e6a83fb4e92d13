"""Charts as drawings, made here, or by a process beside while this one still asks the record.

The renderer holds Python's lock as long as it draws: a thread would only make the others wait.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from typing import Any

import vl_convert as vlc

from udsyn.briefs.document import Chart, Section
from udsyn.briefs.theme import themed
from udsyn.errors import UdsynError

VEGA_LITE = "6.4"
EMPTY: dict[str, Any] = {"data": {"values": []}, "mark": "point"}


@dataclass(frozen=True)
class Form:
    """What a specification of Vega-Lite is drawn as, and at which widths in pixels a chart is."""

    draw: Callable[[dict[str, Any]], Any]
    widths: tuple[int, ...]


#: For a page, wide and on a phone; for paper, as wide as the text of an A4 page.
SVG = Form(partial(vlc.vegalite_to_svg, vl_version=VEGA_LITE), (720, 340))
PDF = Form(partial(vlc.vegalite_to_pdf, vl_version=VEGA_LITE), (660,))
FORMS = {".html": SVG, ".pdf": PDF}


class Drawings:
    """A chart's drawings, one for each width of a form, made when they are asked for."""

    def __init__(self, form: Form) -> None:
        self.form = form

    def begin(self, section: Section) -> None:
        """A section is there: what is drawn beside can begin with its charts."""

    def of(self, chart: Chart) -> list[Any]:
        return [self.form.draw(themed(chart.draw, width)) for width in self.form.widths]


class Beside(Drawings):
    """The same, made by another process as soon as their section is there."""

    def __init__(self, form: Form, process: Executor) -> None:
        super().__init__(form)
        self.process = process
        self.begun: dict[int, tuple[Chart, list[Future[Any]]]] = {}  #: by the chart's identity, which it keeps alive

    def begin(self, section: Section) -> None:
        for chart in section.charts():
            if id(chart) not in self.begun:
                specifications = (themed(chart.draw, width) for width in self.form.widths)
                self.begun[id(chart)] = chart, [self.process.submit(self.form.draw, one) for one in specifications]

    def of(self, chart: Chart) -> list[Any]:
        return [drawing.result() for drawing in self.begun[id(chart)][1]]


@contextmanager
def beside(form: Form) -> Iterator[Drawings]:
    """Drawings made by a process of their own, as long as the block lasts; here where no process can be had.

    Raises UdsynError where it ends before its time; what it cannot draw raises here what it would raise there.
    """
    ignored = (signal.SIGINT, signal.SIG_IGN)  # ctrl-C is for the process that started it
    with ExitStack() as held:
        try:
            process = held.enter_context(ProcessPoolExecutor(1, get_context("spawn"), signal.signal, ignored))
            process.submit(form.draw, EMPTY)  # the engine takes half a second to start
            drawings: Drawings = Beside(form, process)
        except (OSError, ImportError, NotImplementedError):  # a system without shared memory, or without room
            drawings = Drawings(form)
        try:
            yield drawings
        except BrokenProcessPool:
            raise UdsynError(
                "the process that draws the charts ended unexpectedly, perhaps for want of memory. Nothing was "
                "written; run the same command again."
            ) from None
