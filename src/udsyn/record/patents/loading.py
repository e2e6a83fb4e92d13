"""Loading patents: which form is read how, under which licence, and what must be said to load it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from udsyn.errors import UsageError
from udsyn.record.patents import bulk, exchange, fields, patcit, titles
from udsyn.record.patents.tables import patents
from udsyn.record.shelf import Fault, Loaded, Row


@dataclass(frozen=True)
class Form:
    """How a form is read: by a reader of rows, or in bulk by its columns. `accept`: terms that the user must accept."""

    about: str
    read: Callable[[Path], Iterable[Row | Fault]] | None = None
    bulk: tuple[bulk.Bulk, ...] = ()
    first: str = "publication"
    licence: str | None = None
    accept: bool = False


NON_COMMERCIAL = "CC BY-NC 4.0"
FORMS = {
    "google": Form("Google patents' export, Parquet", bulk=(bulk.GOOGLE,), licence="CC BY 4.0"),
    "patentsview": Form("PatentsView's bulk TSV", bulk=bulk.PATENTSVIEW, licence="CC BY 4.0"),
    "exchange": Form("EPO: OPS answers (XML, JSON), ST.36 XML", read=exchange.read, licence="EPO, fair use"),
    "reliance": Form(
        "Reliance on Science, CSV or TSV",
        bulk=(bulk.RELIANCE,),
        first="cites_work",
        licence=NON_COMMERCIAL,
        accept=True,
    ),
    "patcit": Form("PatCit, JSON lines", read=patcit.read, first="cites_work", licence="CC BY 4.0"),
    "citations": Form(
        "patent, work or doi, [confidence, place, by]: CSV or Parquet of any source",
        bulk=(bulk.CITATIONS,),
        first="cites_work",
    ),
    "gleif": Form(
        "GLEIF's golden copy, CSV: who is who, who owns whom", bulk=bulk.GLEIF, first="organisation", licence="CC0 1.0"
    ),
    "organisations": Form(
        "scheme, id, name, country of another register (cvr, ...), CSV", bulk=(bulk.REGISTER,), first="organisation"
    ),
    "titles": Form("symbol, title of a classification: CSV, or CPC's own list", read=titles.read, first="class_title"),
    "fields": Form("fields of technology, CSV (WIPO's 35)", read=fields.read, first="class_field"),
}


def load(
    record: Path | str,
    file: Path | str,
    form: str,
    *,
    source: str | None = None,
    licence: str | None = None,
    accept: str | None = None,
    url: str | None = None,
    retrieved: dt.date | None = None,
) -> Loaded:
    """Load a file of patents into a record, which is made where there is none: rows, quarantined, unchanged.

    form: a name of FORMS; of PatentsView and GLEIF one table at a time. `source` names it (the form, by default).
    `accept` must name the licence of a form that forbids commercial use; it stays with the rows and is said with every
    figure made of them. Raises UsageError for an unknown form or a licence that is not accepted, UdsynError where the
    file is not what it should be: then nothing is changed.
    """
    if form not in FORMS:
        raise UsageError(f"no form {form}; there are {', '.join(FORMS)}.")
    path, how = Path(file), FORMS[form]
    if not path.is_file():
        raise UsageError(f"{path} is not a file.")
    if how.accept and accept != how.licence:
        raise UsageError(f'{how.about} is {how.licence}: load it with --accept "{how.licence}" if your use allows it.')
    terms = licence or how.licence
    if how.read is not None:
        shelf = patents(record, how.first)
        return shelf.load(path, source or form, how.read, licence=terms, url=url, retrieved=retrieved)
    first, write = bulk.writer(path, *how.bulk)
    return patents(record, first).write(path, source or form, write, licence=terms, url=url, retrieved=retrieved)
