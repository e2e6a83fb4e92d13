"""The tables of trade. Codes are text everywhere: `010121` is no number."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from udsyn.record.shelf import Shelf

KIND = "trade"
TEXT, NUMBER = pl.String(), pl.Float64()
TRADE = {
    # value: thousands of US dollars, quantity: tonnes; a flow stands once, as exported and as imported
    "flows": pl.Schema(
        {"hs": TEXT, "version": TEXT, "year": pl.Int64(), "exporter": TEXT, "importer": TEXT}
        | {"code": TEXT, "value": NUMBER, "quantity": NUMBER}
    ),
    # what a code of a scheme is called in a language
    "labels": pl.Schema({"scheme": TEXT, "code": TEXT, "language": TEXT, "label": TEXT}),
    # what part of one scheme's code is another's; `stated` tells a weight of the source from an equal split
    "steps": pl.Schema(
        {"from": TEXT, "from_code": TEXT, "to": TEXT, "to_code": TEXT, "weight": NUMBER, "stated": pl.Boolean()}
    ),
}


def shelf(record: Path, first: str = "flows") -> Shelf:
    """Where the record keeps trade; what is loaded is counted in rows of the table that stands `first`."""
    return Shelf(record, KIND, {first: TRADE[first], **TRADE})
