"""One listing, whatever form it came in: a person or body, under an act, with one measure, from a day.

"Listed" is no yes or no: the same body stands on several lists with several measures from several days, so each row
keeps its own. What the source says stays in its words (`said`); only dates are read, since answers depend on them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from udsyn.record.shelf import Row

LISTINGS, STATEMENTS = "listings", "statements"
#: Columns of a listing. Dates are ISO, perhaps a month or a year only; lists keep the source's order.
COLUMNS: Mapping[str, Any] = {
    "list": pl.String,  # what a newer edition replaces: a framework act, or a published list
    "act": pl.String,  # the act that says it
    "record_id": pl.String,
    "entry": pl.String,  # what tells it from others under the same measure: its number, else its name
    "programme": pl.String,
    "annex": pl.String,
    "measure": pl.String,
    "in_force_from": pl.String,
    "known_from": pl.String,
    "until": pl.String,
    "kind": pl.String,  # person, body, vessel or thing
    "name": pl.String,
    "names": pl.List(pl.String()),  # other names, former ones too
    "weak_names": pl.List(pl.String()),  # names that the source itself calls weak
    "countries": pl.List(pl.String()),  # of a body or thing, as the source words them; never a nationality
    "addresses": pl.List(pl.String()),
    "birth_dates": pl.List(pl.String()),
    "where": pl.String,
    "said": pl.String,  # the source's own cells, as a JSON object of what is filled in
}
#: What the user's lists become.
TABLES: Mapping[str, pl.Schema] = {
    LISTINGS: pl.Schema(COLUMNS),
    # What a file says as a whole: `whole` lists replace what was held of them, amendments add to it and change it.
    STATEMENTS: pl.Schema({"list": pl.String, "act": pl.String, "whole": pl.Boolean, "edition": pl.Int64}),
}
#: By these a later edition says something of the same listing; `entry` is the name where the source numbers none.
KEY = ("list", "programme", "annex", "measure", "kind", "entry")
PERSON, BODY, VESSEL, THING = "person", "body", "vessel", "thing"
#: How sources call what they list (FollowTheMoney's schemas, and the XML lists' own words).
KINDS: Mapping[str, str] = {
    "person": PERSON,
    "individual": PERSON,
    "legalentity": BODY,
    "organization": BODY,
    "company": BODY,
    "publicbody": BODY,
    "entity": BODY,
    "enterprise": BODY,
    "vessel": VESSEL,
    "aircraft": VESSEL,
    "airplane": VESSEL,
    "asset": THING,
    "cryptowallet": THING,
    "security": THING,
}


def listing(said: Mapping[str, Any], **columns: Any) -> Row:
    """A row of `listings`; empty texts are unknown, repeated names are one."""
    kept: dict[str, Any] = {}
    for column, value in columns.items():
        kept[column] = distinct(value) if isinstance(value, list) else (value or None)
    kept["entry"] = kept.get("record_id") or kept["name"]
    filled = {name: value for name, value in said.items() if value}
    return Row(LISTINGS, {**kept, "said": json.dumps(filled, ensure_ascii=False, sort_keys=True)})


def distinct(values: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(text for value in values if value and (text := " ".join(value.split()))))
