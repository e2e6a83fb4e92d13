"""What sources write where a day, an instant or an amount is meant, read strictly: what is none of these is None."""

from __future__ import annotations

import datetime as dt
import html
import math
import re
from zoneinfo import ZoneInfo

DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
AMERICAN_DAY = re.compile(r"(\d{2})(\d{2})(\d{4})")
CLOCK = re.compile(r"[T ](\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$")
#: a time that stands for none: midnight, or a noon whose offset is said to be unknown (RFC 3339, section 4.3)
NO_CLOCK = re.compile(r"[T ](00:00(:00(\.0+)?)?(Z|[+-]\d{2}:?\d{2})?|12:00:00-00:00)$")
NO_DAY = {"ongoing", "always open", "open until filled", "rolling", "continuous"}
TAG = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^>]*>", re.IGNORECASE | re.DOTALL)
NUMBER = re.compile(r"[^\d]*?(?<!-)(\d[\d.,\s]*)[^\d]*")
SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP"}


#: an instant before it is none of a call's: seconds where milliseconds are meant, or a number of something else
EARLIEST = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def word(value: object) -> str | None:
    """A text, or a number as a text; None for what is neither, or empty."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    return str(value).strip() or None


def day(text: object) -> dt.date | None:
    """The day that an ISO date, or an ISO instant as it is written, begins with."""
    found = DAY.match(str(text or "").strip())
    if found is None:
        return None
    try:
        return dt.date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def american_day(text: object) -> dt.date | None:
    """MMDDYYYY, as Grants.gov writes it."""
    found = AMERICAN_DAY.fullmatch(str(text or "").strip())
    if found is None:
        return None
    try:
        return dt.date(int(found[3]), int(found[1]), int(found[2]))
    except ValueError:
        return None


def clock(text: object) -> str | None:
    """HH:MM where the text gives a real time of day; midnight and `T12:00:00-00:00` stand for none."""
    said = str(text or "").strip()
    found = CLOCK.search(said)
    return found[1] if found is not None and not NO_CLOCK.search(said) else None


def is_ongoing(text: object) -> bool:
    """Does the source say that there is no deadline?"""
    return str(text or "").strip().lower() in NO_DAY


def moment(milliseconds: object, zone: str) -> tuple[dt.date, str | None] | None:
    """Milliseconds since 1970 as day and clock of a zone; a midnight, there or in UTC, is a day without a clock."""
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, (int, float)) or not math.isfinite(milliseconds):
        return None
    try:
        instant = dt.datetime.fromtimestamp(milliseconds / 1000, dt.UTC)
    except (ValueError, OverflowError, OSError):
        return None
    if instant < EARLIEST:
        return None
    if instant.time() == dt.time():
        return instant.date(), None
    local = instant.astimezone(ZoneInfo(zone))
    return local.date(), None if local.time() == dt.time() else f"{local:%H:%M}"


def amount(text: object) -> float | None:
    """One amount of money: 5000000.0, €93.000.000, $1,000,000. None for words, for none, and for two."""
    if isinstance(text, bool):
        return None
    if isinstance(text, (int, float)):
        return float(text) if math.isfinite(text) and text >= 0 else None
    found = NUMBER.fullmatch(str(text or "").strip())
    if found is None:
        return None
    return plain_number(re.sub(r"\s", "", found[1]).rstrip(".,"))


def plain_number(digits: str) -> float | None:
    """A number whose points or commas part thousands where three digits follow each, else its decimals."""
    for mark, other in ((",", "."), (".", ",")):
        if re.fullmatch(rf"\d{{1,3}}(\{mark}\d{{3}})+(\{other}\d+)?", digits):
            return float(digits.replace(mark, "").replace(other, "."))
    return float(digits.replace(",", ".")) if re.fullmatch(r"\d+([.,]\d+)?", digits) else None


def currency(text: object) -> str | None:
    """The currency of a sign in front of an amount."""
    return next((code for sign, code in SYMBOLS.items() if sign in str(text or "")), None)


def plain_text(markup: object) -> str | None:
    """A text without markup, its blanks put together."""
    if not isinstance(markup, str):
        return None
    return " ".join(html.unescape(TAG.sub(" ", markup)).split()) or None
