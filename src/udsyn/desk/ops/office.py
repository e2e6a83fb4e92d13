"""What an operator does with a desk: open, check, send, and what a day brings. The command line calls these."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from udsyn.desk.ops import keys, privacy
from udsyn.desk.ops.shape import waiting
from udsyn.errors import UdsynError, UsageError


def start(folder: Path | str, record: Path | str | None = None) -> None:
    """Make Django ready for the desk in this folder. Once per process; a second folder is refused."""
    wanted = str(Path(folder).absolute())
    if os.environ.get("UDSYN_DESK_STARTED", wanted) != wanted:
        raise UdsynError(f"this process already works on the desk {os.environ['UDSYN_DESK_STARTED']}.")
    os.environ["UDSYN_DESK"] = os.environ["UDSYN_DESK_STARTED"] = wanted
    if record is not None:
        os.environ["UDSYN_RECORD"] = str(Path(record).absolute())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "udsyn.desk.ops.settings")
    try:
        import django
    except ImportError:
        raise UsageError("the desk needs its extra packages: pip install 'udsyn[desk]'.") from None
    privacy.write_privately()
    keys.prepare(Path(wanted))
    django.setup()


def migrate() -> None:
    """Bring the database to this version's shape; one that has it is only looked at."""
    from django.core.management import call_command

    if not in_shape():
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)


def in_shape() -> bool:
    """Whether the database has this version's tables, and the one that counts tries."""
    from django.conf import settings
    from django.db import connection

    return not waiting() and settings.CACHES["default"]["LOCATION"] in connection.introspection.table_names()


def check(deploy: bool = False) -> list[str]:
    """What is wrong with the settings and the database, as sentences; nothing when all is well."""
    from django.conf import settings
    from django.core import checks

    found = [str(m) for m in checks.run_checks(include_deployment_checks=deploy) if not m.is_silenced()]
    if not in_shape():
        found.append(f"{waiting() or 'The counters and no'} migrations wait: run `udsyn desk migrate`.")
    if wide := privacy.open_to_others(settings.FOLDER):
        found.append(
            f"Others on this machine may open {wide[0]} and {len(wide) - 1} more: chmod -R go= {settings.FOLDER}"
        )
    if deploy and settings.PROXIES is None:
        found.append(
            "UDSYN_DESK_PROXIES is not set: behind a proxy all visitors count as one, and a limit stops them all."
            " Name the proxies' addresses, or write none."
        )
    return found


def send_approved() -> int:
    """Send the messages that a person approved; returns how many left. See `outbox.send_approved`."""
    from udsyn.desk.tools import outbox

    return outbox.send_approved()


def follow_up() -> dict[str, Any]:
    """Collect the ties of all rooms, and ask the record what came of them. Raises UdsynError with what failed."""
    from udsyn.desk.kernel import ties
    from udsyn.desk.ops import work
    from udsyn.desk.tools.record import named

    if named() is None:
        raise UsageError("no record is named: give --record, or set UDSYN_RECORD.")
    done = ties.collect()
    failed = done.pop("failed", [])
    done |= work.follow()
    if failed:
        raise UdsynError("; ".join([*(f"{name} {n}" for name, n in done.items()), *failed]))
    return done


def daily() -> dict[str, Any]:
    """What a day brings: silence is told as silence, due follow-ups are asked; then what is approved leaves.

    The queue of `udsyn desk work` is worked down once. Raises UdsynError at the end with everything that failed; it
    stopped nothing else, and administrators see it.
    """
    from udsyn.desk.ops import work

    work.run(once=True)
    return work.brought()
