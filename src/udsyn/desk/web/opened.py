"""Interfaces for programs ask for their own keys, or for none: the pages' login is not for them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required


def open_urls(urls: tuple[Any, ...]) -> tuple[Any, ...]:
    """The addresses of an interface, without the pages' login before them."""
    for pattern in urls[0]:
        pattern.callback = login_not_required(pattern.callback)
    return urls
