"""Which country codes are counted as one. The shipped default keeps every code as its source has it.

Codes are merged before works are counted: a work with authors in Denmark and Greenland is one work of the merged
country, not two, and no longer an international one.
"""

from __future__ import annotations

from collections.abc import Mapping

from udsyn.errors import UsageError
from udsyn.record.engine import sql_text

#: policy → code → the code it is counted under
MERGES: Mapping[str, Mapping[str, str]] = {
    "none": {},
    "cwts": {"HK": "CN", "MO": "CN"},
    "china-hk-mo-tw": {"HK": "CN", "MO": "CN", "TW": "CN"},
    "realm": {"GL": "DK", "FO": "DK"},
    "cwts+realm": {"HK": "CN", "MO": "CN", "GL": "DK", "FO": "DK"},
}


def check_merges(policy: str) -> None:
    """Raise UsageError for a policy that is not in the table."""
    if policy not in MERGES:
        raise UsageError(f"no merging policy {policy}: choose one of {', '.join(MERGES)}.")


def merged_countries(merges: Mapping[str, str]) -> str:
    """The statement that makes the table country_merge (country, into_country)."""
    rows = " UNION ALL ".join(
        f"SELECT {sql_text(code)} AS country, {sql_text(into)} AS into_country" for code, into in merges.items()
    )
    empty = "SELECT CAST(NULL AS VARCHAR) AS country, CAST(NULL AS VARCHAR) AS into_country WHERE false"
    return f"CREATE TEMP VIEW country_merge AS {rows or empty}"
