"""Loading calls: which form is read how, and what is kept when a source fails."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from udsyn.errors import UdsynError, UsageError
from udsyn.record.calls import commongrants, dated_lists, eu_portal, grants_gov, sedia, typed, vinnova
from udsyn.record.calls.failures import forget, note
from udsyn.record.calls.tables import register
from udsyn.record.shelf import Fault, Loaded, Row


@dataclass(frozen=True)
class Form:
    """How a form is read, and what its publisher says may be done with it."""

    read: Callable[[Path, dt.date], Iterator[Row | Fault]]
    licence: str | None = None
    dated: bool = True  #: a long file in which no call has a day has been changed by its source


EU = "European Commission, reuse with acknowledgement (Decision 2011/833/EU)"
FORMS = {
    "dated-lists": Form(dated_lists.read),
    "eu-portal": Form(eu_portal.read, EU),
    "sedia": Form(sedia.read, EU),
    "grants-gov": Form(grants_gov.read, "US government work"),
    "commongrants": Form(commongrants.read),
    "typed": Form(typed.read, dated=False),
    "vinnova": Form(vinnova.read, "CC0"),
}
#: so many calls without a single day are no accident
MANY = 20
KEPT = "What was held before stands."


def load(
    record: Path | str,
    file: Path | str,
    form: str,
    *,
    source: str | None = None,
    retrieved: dt.date | None = None,
    url: str | None = None,
) -> Loaded:
    """Load a file of calls into a record, which is made where there is none: rows, quarantined, unchanged.

    form: one of FORMS. `source` names it apart from others of its form (the form, by default); `retrieved` is the day
    on which it was fetched (by default the day on which it was last written). What was loaded before stays. Raises
    UsageError for an unknown form, UdsynError where the file is not what it should be: then the last good one stands,
    and the failure is noted.
    """
    if form not in FORMS:
        raise UsageError(f"no form {form}; there are {', '.join(FORMS)}.")
    path, name = Path(file), source or form
    if not path.is_file():
        raise UsageError(f"{path} is not a file.")
    fetched = retrieved or dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC).date()
    shelf = register(record)

    def read(file: Path) -> Iterator[Row | Fault]:
        return watched(FORMS[form].read(file, fetched), file.name, FORMS[form].dated)

    try:
        loaded = shelf.load(path, name, read, licence=FORMS[form].licence, url=url, retrieved=fetched)
    except UdsynError as error:
        note(shelf, name, fetched, path.name, str(error))
        raise
    forget(shelf, name)
    return loaded


def watched(found: Iterator[Row | Fault], name: str, dated: bool) -> Iterator[Row | Fault]:
    """Rows as they come. Raises UdsynError at the end where none could be read, or where many have no day at all."""
    rows = days = 0
    fault: Fault | None = None
    for one in found:
        if isinstance(one, Row):
            rows += 1
            days += one.values["closes"] is not None or bool(one.values["ongoing"])
        else:
            fault = fault or one
        yield one
    if fault is not None and not rows:
        raise UdsynError(f"{name}: not one call could be read; {fault.where} {fault.reason}. {KEPT}")
    if dated and rows >= MANY and not days:
        raise UdsynError(f"{name}: not one of {rows:,} calls says when it closes; its form has changed. {KEPT}")
