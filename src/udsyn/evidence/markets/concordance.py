"""From a code of one scheme to those of another, over the loaded concordances, with the weight of each step.

CPC → NACE → ISIC → HS is a chain of loaded steps; a step is also walked backwards where it was loaded the other way
round, with its weights spread anew over what leads to the code.
"""

from __future__ import annotations

from collections import deque
from pathlib import Path

import polars as pl

from udsyn.errors import NotHeld, UsageError
from udsyn.record.trade.lists import plain
from udsyn.record.trade.tables import shelf

COLUMNS = ["step", "from", "from_code", "to", "to_code", "weight", "stated", "path_weight", "label"]


def chain(record: Path | str, source: str, code: str, target: str) -> pl.DataFrame:
    """Each step on the shortest way from a code to another scheme.

    Columns: step (1, 2, ...), from, from_code, to, to_code, weight (of this step; the weights of a code sum to 1 where
    its source says so), stated (whether the source weighs it, or it is an equal split), path_weight (the product so
    far, summed over the ways to this code), label (where labels are loaded). Raises UsageError where no steps lead
    there, NotHeld where the code has none.
    """
    held, labels = steps(Path(record)), names(Path(record))
    way = route(held, source.lower(), target.lower())
    weights = {plain(code, source.lower()): 1.0}
    rows = []
    for number, (left, right) in enumerate(way, 1):
        onward: dict[str, float] = {}
        part = held.filter(
            (pl.col("from") == left) & (pl.col("to") == right) & pl.col("from_code").is_in(list(weights))
        )
        for row in part.sort("from_code", "to_code").iter_rows(named=True):
            onward[row["to_code"]] = onward.get(row["to_code"], 0.0) + weights[row["from_code"]] * row["weight"]
            rows.append({"step": number, **row, "label": labels.get((right, row["to_code"]))})
        for row in rows:
            if row["step"] == number:
                row["path_weight"] = onward[row["to_code"]]
        if not onward:
            raise NotHeld(f"nothing leads from {left} {', '.join(sorted(weights))} to {right}.")
        weights = onward
    return pl.DataFrame(rows, infer_schema_length=None).select(COLUMNS)


def steps(record: Path) -> pl.DataFrame:
    """All steps that are held, and each backwards where only the other way was loaded."""
    loaded = shelf(record).scan("steps").drop("source", "file").unique().collect()
    known = loaded.select("from", "to").unique()
    back = loaded.rename({"from": "to", "to": "from", "from_code": "to_code", "to_code": "from_code"})
    spread = pl.col("weight") / pl.col("weight").sum().over("from", "to", "from_code")
    back = back.with_columns(weight=spread, stated=pl.lit(value=False))
    return pl.concat([loaded, back.join(known, on=["from", "to"], how="anti").select(loaded.columns)])


def route(held: pl.DataFrame, source: str, target: str) -> list[tuple[str, str]]:
    """The schemes to pass, by the fewest steps. Raises UsageError where there is no way."""
    ways = sorted(held.select("from", "to").unique().iter_rows())
    came: dict[str, tuple[str, str] | None] = {source: None}
    waiting = deque([source])
    while waiting:
        here = waiting.popleft()
        for left, right in ways:
            if left == here and right not in came:
                came[right] = (left, right)
                waiting.append(right)
    if target not in came or source == target:
        raise UsageError(f"no loaded concordance leads from {source} to {target}: load one with `--as concordance`.")
    found: list[tuple[str, str]] = []
    here = target
    while step := came[here]:
        found.insert(0, step)
        here = step[0]
    return found


def names(record: Path) -> dict[tuple[str, str], str]:
    """English labels by scheme and code."""
    rows = shelf(record).scan("labels").filter(pl.col("language") == "en").collect()
    return {(scheme, code): label for scheme, code, label in rows.select("scheme", "code", "label").iter_rows()}
