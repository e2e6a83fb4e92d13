"""Errors for people: each message says what happened, where, and what to do next."""

from __future__ import annotations


class UdsynError(Exception):
    """Something failed that the reader can act on. The command line prints it as one line and exits with 1."""

    exit_code = 1


class UsageError(UdsynError):
    """The question itself was wrong (unknown country, impossible period). Exit status 2."""

    exit_code = 2


class NotHeld(UsageError):  # noqa: N818 (an answer too: there is nothing)
    """The question was right, but the record or the facts hold nothing that answers it: a finding can go without."""
