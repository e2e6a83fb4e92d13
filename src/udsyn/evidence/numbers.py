"""Small helpers for numbers in frames."""

from __future__ import annotations

import polars as pl


def finite(value: pl.Expr) -> pl.Expr:
    """Null instead of infinity and NaN: what cannot be divided is not known."""
    return pl.when(value.is_finite()).then(value)
