"""What long work says: notices, and in a terminal a bar below them."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

from udsyn.cli.output import notice

#: A notice that moves the bar, such as "reading part_000.gz (3 of 10)" or "400 of 2,000 works".
STEP = re.compile(r"^(?P<what>.*?)\(?(?P<done>[\d,]+) of (?P<total>[\d,]+)(?: works)?\)?$")
#: A long name keeps its end.
WIDTH = 44


@contextmanager
def telling() -> Iterator[Callable[[str], None]]:
    """A function that takes notices for stderr. In a terminal those that count steps move a bar instead."""
    if not sys.stderr.isatty():
        yield notice
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True, highlight=False, markup=False)
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("looking", total=None)

        def say(text: str) -> None:
            step = STEP.match(text)
            if step is None:
                console.print(text)
                return
            done, total = (int(step[name].replace(",", "")) for name in ("done", "total"))
            what = step["what"].strip() or "fetching"
            shown = what if len(what) <= WIDTH else f"…{what[1 - WIDTH :]}"
            before = 1 if step["what"] else 0  # a part that is being read is not yet done
            bar.update(task, description=shown, completed=done - before, total=total)

        yield say
