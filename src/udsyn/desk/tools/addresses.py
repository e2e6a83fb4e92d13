"""Whole addresses of the desk, for mails and for what others show of a page: no request says where it stands."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

#: where a desk without `UDSYN_DESK_URL` is found, by this machine alone
HERE = "http://127.0.0.1:8000"


def site() -> str:
    """Where others find the desk, such as https://desk.example.org; empty where only this machine does."""
    home = settings.ADDRESS
    return f"{home.scheme}://{home.netloc}" if home.hostname else ""


def of_page(language: str, name: str, *parts: Any) -> str:
    """The whole address of a named page in a language."""
    with translation.override(language):
        return (site() or HERE) + reverse(name, args=parts)
