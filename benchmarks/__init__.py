"""Benchmarks that print ratios measured in one run, so that a slow or busy machine does not change what they say."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from typing import Any


def apart(call: Callable[..., Any], *arguments: Any, **named: Any) -> None:
    """Call in a process of its own: memory is measured alone, and a command's is counted from that of who starts it."""
    process = multiprocessing.get_context("spawn").Process(target=call, args=arguments, kwargs=named)
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(process.exitcode)
