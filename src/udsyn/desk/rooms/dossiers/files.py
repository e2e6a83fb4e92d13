"""Dossiers and reports as files to take along: PDF, one HTML page, Markdown."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from udsyn.briefs import html
from udsyn.desk.kernel.models import Meta
from udsyn.desk.rooms.dossiers import plain
from udsyn.desk.tools.papers import printed


def banner() -> str | None:
    demo = Meta.objects.filter(key="demo", value="yes").exists()
    return str(_("A demonstration: everything here is invented.")) if demo else None


def markdown(page: plain.Page) -> bytes:
    said = banner()
    return ((f"*{said}*\n\n" if said else "") + plain.markdown(page)).encode()


FORMS: dict[str, tuple[str, Callable[[plain.Page], bytes]]] = {
    "pdf": ("application/pdf", lambda page: printed(plain.document(page, banner()))),
    "html": ("text/html; charset=utf-8", lambda page: html.render(plain.document(page, banner())).encode()),
    "md": ("text/markdown; charset=utf-8", markdown),
}
