"""The register of calls for proposals: what is announced, by whom, until when; one reader for each form of them.

    load(record, Path("lists.csv.gz"), "dated-lists")     onto the shelf; what was loaded before stays

A reader is a pure function from a file to rows and faults (record/shelf.py). What a source does not say is unknown;
that a call is open is never copied from it, but computed from its dates (evidence/funds).
"""

from __future__ import annotations

from udsyn.record.calls.loading import FORMS, load
from udsyn.record.calls.tables import CALLS, register

__all__ = ["CALLS", "FORMS", "load", "register"]
