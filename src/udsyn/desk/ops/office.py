"""What an operator does with a desk: open, check, back up, restore, send, verify. The command line calls these."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from udsyn import __version__
from udsyn.desk.ops import keys, privacy
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
    """Bring the database to this version's shape."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


def check(deploy: bool = False) -> list[str]:
    """What is wrong with the settings and the database, as sentences; nothing when all is well."""
    from django.conf import settings
    from django.core import checks
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    found = [str(m) for m in checks.run_checks(include_deployment_checks=deploy) if not m.is_silenced()]
    plan = MigrationExecutor(connection)
    waiting = plan.migration_plan(plan.loader.graph.leaf_nodes())
    if waiting or settings.CACHES["default"]["LOCATION"] not in connection.introspection.table_names():
        found.append(f"{len(waiting) or 'The counters and no'} migrations wait: run `udsyn desk migrate`.")
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


def add_user(email: str, name: str, role: str, scope: str = "") -> str:
    """Make an account with one role; returns the one-time password that its owner changes at the first visit."""
    import secrets

    from allauth.account.models import EmailAddress
    from django.core.exceptions import ValidationError
    from django.db import transaction

    from udsyn.desk.kernel import ledger
    from udsyn.desk.kernel.permissions import NOBODY, ROLES
    from udsyn.desk.rooms.parties.models import Grant, User

    if role not in ROLES:
        raise UsageError(f"there is no role {role}: choose one of {', '.join(ROLES)}.")
    if User.objects.filter(email__iexact=email).exists():
        raise UsageError(f"{email} has an account already.")
    password = secrets.token_urlsafe(12)
    with transaction.atomic():
        user = User.objects.create_user(email, password, name=name, must_change_password=True)
        grant = Grant(user=user, role=role, scope=scope)
        try:
            grant.full_clean()
        except ValidationError as error:
            raise UsageError(" ".join(error.messages)) from None
        grant.save()
        # who makes the account vouches for its address
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        ledger.append(NOBODY, "create", grant, reason="command line")
    return password


def forget_second_factor(email: str) -> int:
    """Take away an account's second factors and recovery codes; returns how many there were."""
    from allauth.mfa.models import Authenticator
    from django.db import transaction

    from udsyn.desk.kernel import ledger
    from udsyn.desk.kernel.permissions import NOBODY
    from udsyn.desk.rooms.parties.models import User

    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        raise UsageError(f"there is no account {email}.")
    with transaction.atomic():
        held = Authenticator.objects.filter(user=user)
        count = held.count()
        held.delete()
        for grant in user.grants.all()[:1]:
            ledger.append(NOBODY, "change", grant, fields=["second factor"], reason="command line: forgotten")
    return count


def actor_called(email: str) -> Any:
    """The account with this address as an actor of today."""
    from django.utils import timezone

    from udsyn.desk.kernel.permissions import actor_of
    from udsyn.desk.rooms.parties.models import User

    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is None:
        raise UsageError(f"there is no account {email}.")
    return actor_of(user, timezone.localdate())


def import_file(
    source: Path, slug: str, email: str, columns: dict[str, str], storing: bool, choices: dict[str, Any]
) -> dict[str, Any]:
    """Look at a spreadsheet and, where asked, store it: in numbers, row by row, and what stands against it."""
    from django.core.exceptions import PermissionDenied, ValidationError

    from udsyn.desk.kernel.resources import RESOURCES, by_slug
    from udsyn.desk.tools import imports
    from udsyn.desk.tools.columns import Reading, fields_of
    from udsyn.desk.web.import_pages import DOES

    resource = by_slug(slug)
    if resource is None or resource.importing is None:
        known = ", ".join(sorted(r.slug for r in RESOURCES.values() if r.importing))
        raise UsageError(f"nothing is imported into {slug}: choose one of {known}.")
    reading = Reading(
        columns=columns,
        sheet=choices["sheet"],
        encoding=choices.get("encoding", ""),
        likely=choices["likely"] or resource.sheet.when_likely,
        fill_only=choices["fill_only"],
        make_missing=choices["make_missing"],
        leave_out=choices["leave_out"],
        day_first=not choices["month_first"],
        comma=not choices["decimal_point"],
    )
    actor = actor_called(email)
    fields = [target.key for target in fields_of(resource, actor)]
    if strange := sorted({field for field in columns.values() if field} - {*fields}):
        raise UsageError(f"--map: {slug} have no field {', '.join(strange)}: choose one of {', '.join(fields)}.")
    try:
        record = imports.look(source.name, source.read_bytes(), resource, actor, reading)
    except PermissionDenied:
        raise UsageError(f"{email} may not import {slug}.") from None
    except ValidationError as error:
        raise UdsynError(" ".join(error.messages)) from None
    headings = list(record.reading["columns"])
    if strange := sorted({*columns} - {*headings}):
        imports.drop(record, actor)
        raise UsageError(f"--map: the sheet has no column {', '.join(strange)}, but {', '.join(headings)}.")
    against = []
    if storing:
        try:
            imports.store(record, actor)
        except ValidationError as error:
            against = [text for text in error.messages if text not in record.plan["obstacles"]]
    told = {
        "import": record.pk,
        "state": record.state,
        "counts": {name: record.plan["counts"].get(name, 0) for name in DOES},
        "rows": list(imports.lines(record)),
        "said": [*record.plan["obstacles"], *record.plan["notices"]],
        "problems": [f"row {p['row']}, {imports.said(p)}" for p in record.plan["problems"]],
        "against": against,
    }
    if record.state != "stored":
        imports.drop(record, actor)
        told["state"] = "not stored"
    return told


def undo_import(number: int, email: str) -> list[str]:
    """Take a stored import back. Returns what stands against it; then nothing was changed."""
    from django.core.exceptions import PermissionDenied, ValidationError

    from udsyn.desk.kernel.models import Import
    from udsyn.desk.tools import imports

    record = Import.objects.filter(pk=number).first()
    if record is None:
        raise UsageError(f"there is no import {number}.")
    try:
        imports.undo(record, actor_called(email))
    except PermissionDenied:
        raise UsageError(f"{email} may not undo import {number}.") from None
    except ValidationError as error:
        return error.messages
    return []


def send_approved() -> int:
    """Send the messages that a person approved; returns how many left. See `outbox.send_approved`."""
    from udsyn.desk.tools import outbox

    return outbox.send_approved()


def daily() -> dict[str, int]:
    """What a day brings: silence is told as silence, due follow-ups are asked; then what is approved leaves.

    Raises UdsynError at the end with everything that failed; it stopped nothing else.
    """
    from udsyn.desk.kernel import queues, ties
    from udsyn.desk.kernel.rooms import rooms

    done: dict[str, int] = {}
    failed: list[str] = []
    for bring in [*(bring for room in rooms() for bring in room.nightly), ties.collect]:
        try:
            brought = bring()
        except Exception as error:  # one room's night is not another's
            failed.append(queues.told(bring.__module__, error))
            continue
        failed += brought.pop("failed", [])
        done |= brought
    try:
        done["sent"] = send_approved()
    except UdsynError as error:
        failed.append(str(error))
    if failed:
        raise UdsynError("; ".join([*(f"{name} {n}" for name, n in done.items()), *failed]))
    return done


def take_mail(source: Path, centre: str, email: str) -> dict[str, Any]:
    """Make a request of an e-mail file, on behalf of a user; returns its number and what was left out."""
    from django.core.exceptions import PermissionDenied, ValidationError
    from django.utils import timezone

    from udsyn.desk.kernel.permissions import actor_of
    from udsyn.desk.rooms.parties.models import User
    from udsyn.desk.rooms.posts.models import Centre
    from udsyn.desk.rooms.service import taking

    user = User.objects.filter(email__iexact=email).first()
    place = Centre.objects.filter(slug=centre).first()
    if user is None or place is None:
        raise UsageError(f"there is no {'account ' + email if user is None else 'centre ' + centre} on this desk.")
    try:
        taken = taking.take_mail(source.read_bytes(), place, actor_of(user, timezone.localdate()))
    except (ValidationError, PermissionDenied) as error:
        said = " ".join(error.messages) if isinstance(error, ValidationError) else f"{email} may not do this there"
        raise UdsynError(f"{source}: {said}") from None
    return {"request": taken.request.pk, "left_out": list(taken.problems)}


def backup(target: Path) -> dict[str, Any]:
    """One archive of database, files and key, taken while the desk runs; never half-written.

    The secret key is in it: keep it as carefully as the desk itself. Returns what it holds.
    """
    from django.conf import settings
    from django.db import connection

    from udsyn.desk.kernel import ledger

    verdict = ledger.verify()
    about = {
        "udsyn": __version__,
        "database": connection.vendor,
        "ledger_lines": verdict.lines,
        "ledger_head": verdict.head,
        "migrations": applied(),
    }
    beside = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with tempfile.TemporaryDirectory() as scratch:
            dump = Path(scratch) / "database"
            dump_database(connection, dump)
            (Path(scratch) / "backup.json").write_text(json.dumps(about, indent=1))
            with tarfile.open(beside, "w:gz") as archive:
                archive.add(Path(scratch) / "backup.json", "backup.json")
                archive.add(dump, "database")
                for name in ("files", "secret.key"):
                    if (settings.FOLDER / name).exists():
                        archive.add(settings.FOLDER / name, name)
        beside.chmod(0o600)
        beside.replace(target)
    except sqlite3.Error as error:
        raise UdsynError(f"the backup could not be written ({error}): is the disk full? Nothing is left.") from None
    finally:
        beside.unlink(missing_ok=True)
    return about


def applied() -> list[str]:
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def known_migrations() -> set[str]:
    """Those that this version has, of whatever app."""
    from django.db.migrations.loader import MigrationLoader

    return {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}


def dump_database(connection: Any, target: Path) -> None:
    if connection.vendor == "sqlite":
        with (
            closing(sqlite3.connect(connection.settings_dict["NAME"])) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy)
        return
    run_postgresql("pg_dump", "--format=custom", "--no-owner", f"--file={target}", connection=connection)


def run_postgresql(program: str, *arguments: str, connection: Any) -> None:
    """PostgreSQL's own tool, with the password in its environment and not on the command line."""
    has = connection.settings_dict
    environment = {
        **os.environ,
        "PGHOST": has["HOST"],
        "PGPORT": str(has["PORT"]),
        "PGUSER": has["USER"],
        "PGPASSWORD": has["PASSWORD"],
        "PGDATABASE": has["NAME"],
    }
    try:
        done = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True)
    except FileNotFoundError:
        raise UdsynError(f"{program} is not installed; it comes with PostgreSQL's client package.") from None
    if done.returncode:
        raise UdsynError(f"{program} failed: {done.stderr.strip()}")


def restore(source: Path, folder: Path) -> dict[str, Any]:
    """Put a backup back, into a folder (and a PostgreSQL database) that holds no desk. Returns what it holds."""
    if (folder / "desk.sqlite3").exists() or (folder / "files").exists():
        raise UsageError(f"{folder} holds a desk already: restore into an empty folder.")
    try:
        with tempfile.TemporaryDirectory() as scratch:
            with tarfile.open(source) as archive:
                archive.extractall(scratch, filter="data")
            about: dict[str, Any] = json.loads((Path(scratch) / "backup.json").read_text())
            privacy.write_privately()
            privacy.close(Path(scratch))  # an archive says how open its files were when they were packed
            folder.mkdir(parents=True, exist_ok=True)
            if (Path(scratch) / "secret.key").exists():
                shutil.move(Path(scratch) / "secret.key", folder / "secret.key")
            start(folder)
            if newer := sorted({*about.get("migrations", ())} - known_migrations()):
                (folder / "secret.key").unlink(missing_ok=True)
                raise UsageError(
                    f"this backup is of another version (Udsyn {about['udsyn']}, with {newer[0]}): restore it with that"
                    f" one; this is {__version__}."
                )
            if (Path(scratch) / "files").exists():
                shutil.move(Path(scratch) / "files", folder / "files")
            if about["database"] == "sqlite":
                shutil.move(Path(scratch) / "database", folder / "desk.sqlite3")
            else:
                from django.db import connection

                if connection.vendor != "postgresql":
                    raise UsageError("this backup is of PostgreSQL: set DATABASE_URL to an empty database.")
                run_postgresql(
                    "pg_restore",
                    "--no-owner",
                    "--exit-on-error",
                    f"--dbname={connection.settings_dict['NAME']}",
                    str(Path(scratch) / "database"),
                    connection=connection,
                )
    except (tarfile.TarError, EOFError, KeyError, ValueError, OSError) as error:
        raise UdsynError(f"{source} is not a whole backup ({error}).") from None
    return about


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


def watcher(folder: Path) -> subprocess.Popen[bytes]:
    """A process of low priority beside the server that works out evidence; it ends with the server."""
    command = [
        sys.executable,
        "-c",
        "from udsyn.cli import main; main()",
        "desk",
        "evidence",
        "--watch",
        "--desk",
        str(folder),
    ]
    return subprocess.Popen(command, preexec_fn=lambda: os.nice(15))


def serve(host: str, port: int, workers: int = 1) -> None:
    """Run the desk until it is stopped."""
    from django.conf import settings
    from granian.constants import Interfaces
    from granian.server import Server

    beside = watcher(settings.FOLDER) if os.environ.get("UDSYN_RECORD") else None
    try:
        run_server(Server, Interfaces.WSGI, host, port, workers)
    finally:
        if beside is not None:
            beside.terminate()


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
