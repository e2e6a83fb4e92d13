"""Patents on the shelf: publications in families, their classes, parties and citations; one reader for each form.

    load(record, Path("patents.parquet"), "google")     what was loaded before stays

What an office or a publisher does not say is unknown. Persons are kept as the country of an inventor, without a name.
"""

from __future__ import annotations

from udsyn.record.patents.loading import FORMS, load
from udsyn.record.patents.tables import TABLES, patents

__all__ = ["FORMS", "TABLES", "load", "patents"]
