"""The desk under 20 users at once, on SQLite and, where it is installed, PostgreSQL: p50, p95, errors, CPU time.

The desk is the demonstration with 2,000 more people in 300 organisations; the users and their thinking time are in
`desk_users.py`. The server is one process with four threads, as `udsyn desk serve` starts it.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.desk import messy
from tests.desk.cast import ROLES, wait_for
from tests.desk.postgresql import PROGRAMS, running_postgresql

from udsyn.cli.output import emit, notice

USERS, SECONDS, WARM = 20, int(os.environ.get("UDSYN_LOAD_SECONDS", "90")), 5
HERE = Path(__file__).parent
BIN = Path(sys.executable).parent

FILL = """
import json, sys
from udsyn.desk.ops import office
from udsyn.world.desk import half_year
office.start(sys.argv[1])
half_year.build(sys.argv[1])
from udsyn.desk.kernel.models import Token
from udsyn.desk.rooms.parties.models import Country, User
from udsyn.desk.rooms.cooperation.models import Agreement
users = {u.email: u.pk for u in User.objects.all()}
secret = Token.new_secret()
Token.objects.create(owner_id=users["officer@demo.example"], name="load", digest=Token.digest_of(secret),
                     scopes=["read"], expires="2099-01-01")
country = Country.objects.get(code="KR")
agreement = Agreement.objects.filter(country=country, state="in_force").first()
print(json.dumps({"users": users, "key": secret, "country": country.pk, "agreement": agreement.pk}))
"""


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def filled(folder: Path, environment: dict[str, str]) -> dict[str, Any]:
    """The demonstration with a ministry's number of people; ids that the users need."""
    done = subprocess.run([sys.executable, "-c", FILL, folder], env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    about: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    for slug, sheet in (("organisations", messy.organisations()), ("people", messy.people())):
        source = folder / sheet.name
        source.write_bytes(sheet.content)
        command = [BIN / "udsyn", "desk", "import", source, "--as", slug, "--user", ROLES["officer"]]
        subprocess.run(
            [*command, "--store", "--leave-out", "--desk", folder], env=environment, check=True, capture_output=True
        )
    return about


@contextmanager
def served(folder: Path, port: int, environment: dict[str, str]) -> Any:
    """`udsyn desk serve`; yields a function that tells its CPU seconds so far."""
    command = [BIN / "udsyn", "desk", "serve", "--desk", folder, "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, start_new_session=True)
    try:
        wait_for(f"http://127.0.0.1:{port}/health/", server)
        yield lambda: cpu_of(server.pid)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(20)


def cpu_of(group: int) -> float:
    """CPU seconds of all processes of a group (Linux)."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def load(port: int, about: dict[str, Any], times: Path, environment: dict[str, str]) -> None:
    """Let the users work for a while; every request is a line in `times`."""
    mine = {
        **environment,
        "DESK_OFFICER": str(about["users"][ROLES["officer"]]),
        "DESK_ATTACHE": str(about["users"][ROLES["attache"]]),
        "DESK_CLIENT": str(about["users"][ROLES["client"]]),
        "DESK_KEY": about["key"],
        "DESK_COUNTRY": str(about["country"]),
        "DESK_AGREEMENT": str(about["agreement"]),
        "DESK_TIMES": str(times),
    }
    command = [BIN / "locust", "-f", HERE / "desk_users.py", "--headless", "--users", str(USERS), "--spawn-rate", "5"]
    command += [
        "--run-time",
        f"{SECONDS}s",
        "--host",
        f"http://127.0.0.1:{port}",
        "--only-summary",
        "--loglevel",
        "ERROR",
    ]
    done = subprocess.run(command, env=mine, capture_output=True, text=True)
    if not times.exists():
        sys.exit(done.stderr)


def figures(database: str, times: Path, cpu: float) -> list[dict[str, Any]]:
    """A row per kind of request, and one for all."""
    lines = [line.split("\t") for line in times.read_text().splitlines()]
    kinds = {name: [line for line in lines if line[0] == name] for name in sorted({line[0] for line in lines})}
    rows = []
    for name, some in {**kinds, "all": lines}.items():
        taken = sorted(float(line[1]) for line in some)
        cuts = statistics.quantiles(taken, n=100) if len(taken) > 1 else taken * 99
        row = {"database": database, "request": name, "requests": len(some), "p50_ms": round(cuts[49])}
        errors = sum(bool(line[2]) for line in some)
        rows.append(row | {"p95_ms": round(cuts[94]), "max_ms": round(taken[-1]), "errors": errors})
    rows[-1]["server_cpu_ms_a_request"] = round(1000 * cpu / len(lines))
    return rows


def measure(database: str, url: str) -> list[dict[str, Any]]:
    folder = Path(tempfile.mkdtemp(prefix="udsyn-load-"))
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("UDSYN_DESK", "DATABASE_URL", "DJANGO"))}
    environment = clean | ({"DATABASE_URL": url} if url else {})
    try:
        about = filled(folder, environment)
        with served(folder, port := free_port(), environment) as cpu:
            time.sleep(WARM)
            before = cpu()
            load(port, about, folder / "times", environment)
            return figures(database, folder / "times", cpu() - before)
    finally:
        shutil.rmtree(folder)


def main() -> None:
    """One table for both databases."""
    busy = os.getloadavg()[0]
    notice(
        f"{USERS} users, {SECONDS} s, thinking 2-6 s; {os.cpu_count()} cores, load of the machine before: {busy:.1f}"
    )
    with ExitStack() as stack:
        databases = {"sqlite": ""}
        if PROGRAMS is not None:
            databases["postgresql"] = stack.enter_context(running_postgresql())
        rows = [row for name, url in databases.items() for row in measure(name, url)]
    emit(rows, "table")


if __name__ == "__main__":
    main()
