"""The server, and the work on evidence beside it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from udsyn.errors import UsageError


def partners() -> list[str]:
    """Countries with an agreement, a centre or a post: whose evidence is worked out before anybody asks."""
    from django.db.models import Q

    from udsyn.desk.rooms.parties.models import Country

    tied = Q(agreements__isnull=False) | Q(centres__isnull=False) | Q(posts__isnull=False)
    return list(Country.objects.filter(tied).distinct().order_by("code").values_list("code", flat=True))


def evidence(watching: bool = False) -> list[str]:
    """Work out what is slow about all partners, and what pages wished for. Returns the countries that were done."""
    from django.conf import settings

    from udsyn.desk.evidence import findings

    if watching:
        findings.watch(settings.FOLDER, settings.HOME, partners())
        return []
    place = findings.shelf(settings.FOLDER, settings.HOME)
    if place is None:
        raise UsageError("no record is named: give --record, or set UDSYN_RECORD.")
    return place.fulfil(partners())


def beside(folder: Path, *command: str) -> subprocess.Popen[bytes]:
    """A process of low priority beside the server; it ends with the server."""
    words = [sys.executable, "-c", "from udsyn.cli import main; main()", "desk", *command, "--desk", str(folder)]
    return subprocess.Popen(words, preexec_fn=lambda: os.nice(15))


def serve(host: str, port: int, workers: int = 1, working: bool = True, ahead: bool = True) -> None:
    """Run the desk until it is stopped; `working` runs its worker beside it, `ahead` what works evidence out."""
    from django.conf import settings
    from granian.constants import Interfaces
    from granian.server import Server

    helpers = [beside(settings.FOLDER, "evidence", "--watch")] if ahead and os.environ.get("UDSYN_RECORD") else []
    helpers += [beside(settings.FOLDER, "work", "--beside")] if working else []
    try:
        run_server(Server, Interfaces.WSGI, host, port, workers)
    finally:
        for helper in helpers:
            helper.terminate()


def run_server(server: Any, interface: Any, host: str, port: int, workers: int) -> None:
    server(
        "udsyn.desk.ops.wsgi:application",
        address=host,
        port=port,
        interface=interface,
        workers=workers,
        blocking_threads=4,
        respawn_failed_workers=True,
        log_access=False,
    ).serve()
