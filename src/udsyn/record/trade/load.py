"""Loads trade, labels and concordances into the record."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path
from typing import TypedDict

from udsyn.errors import UsageError
from udsyn.record.shelf import Loaded
from udsyn.record.trade import baci, lists
from udsyn.record.trade.tables import shelf

FORMATS = ("baci", "labels", "hs-isic", "concordance")


class About(TypedDict, total=False):
    """Where a file is from and under which terms."""

    licence: str | None
    url: str | None
    retrieved: dt.date | None


def load(
    record: Path,
    file: Path,
    as_: str,
    *,
    source: str | None = None,
    hs: str | None = None,
    version: str | None = None,
    scheme: str | None = None,
    step: tuple[str, str] | None = None,
    about: About | None = None,
) -> Loaded:
    """Load a file in one of `FORMATS`; loading the same again changes nothing.

    `hs` and `version` name the edition of `baci` where the file's name does not; `scheme` is what `labels` are of (hs,
    hs92, cpv, cpc, isic4); `step` what a `concordance` leads from and to. Raises UsageError where one is missing.
    """
    about = about or {}
    if as_ == "baci":
        of = baci.edition(file, hs, version)
        return shelf(record).write(file, source or "BACI", partial(baci.write, file=file, of=of), **about)
    if as_ == "labels":
        if not scheme:
            raise UsageError("labels are of a scheme: give --scheme cpv, hs, cpc, isic4 or another.")
        reader = partial(lists.labels, scheme=scheme)
        return shelf(record, "labels").load(file, source or f"labels of {scheme}", reader, **about)
    if as_ == "hs-isic":
        step = ("hs", "isic4")
    elif as_ != "concordance":
        raise UsageError(f"{as_} is not a format of trade: {', '.join(FORMATS)}.")
    if step is None:
        raise UsageError("a concordance leads from one scheme to another: give --from cpc --to nace2.")
    reader = partial(lists.steps, source=step[0].lower(), target=step[1].lower())
    return shelf(record, "steps").load(file, source or f"{step[0]} to {step[1]}", reader, **about)
