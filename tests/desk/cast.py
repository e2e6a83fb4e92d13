"""Who plays in the desk's tests, and how a desk is served to them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path

from tests import starting

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
#: every role of the demonstration, with the account that plays it; None is a visitor
ROLES = {
    "visitor": None,
    "officer": "officer@demo.example",
    "officer2": "officer2@demo.example",
    "successor": "successor.seoul@demo.example",
    "attache": "attache.seoul@demo.example",
    "other_attache": "attache.munich@demo.example",
    "advisor": "advisor@demo.example",
    "assistant": "assistant@demo.example",
    "client": "client@demo.example",
    "auditor": "auditor@demo.example",
    "administrator": "administrator@demo.example",
}
#: accounts without a role: who assesses in the demonstration's round
ASSESSORS = {name: f"{name}@demo.example" for name in ("reviewer", "panel", "member", "recused")}
UDSYN = str(Path(sys.executable).with_name("udsyn"))


def clean():
    """The environment without what the tests' own desk is set to."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("UDSYN_DESK", "DATABASE_URL", "DJANGO"))}


def inside(folder, script, **more):
    """Run a script with this desk's database, and give what it prints. `more` are settings."""
    there = {"UDSYN_DESK": str(folder), "DJANGO_SETTINGS_MODULE": "udsyn.desk.ops.settings"} | more
    whole = "import json, django\ndjango.setup()\n" + script
    done = starting.run([sys.executable, "-c", whole], clean() | there)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def udsyn(*arguments, **environment):
    """`udsyn desk ...` as an operator runs it."""
    return starting.run([UDSYN, "desk", *arguments], clean() | environment)


@contextmanager
def running(folder, port, **more):
    """`udsyn desk serve` with nothing beside it, ready to answer; gone afterwards. `more` are settings."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("UDSYN_DESK", "DATABASE_URL"))} | more
    command = [UDSYN, "desk", "serve", "--desk", str(folder), "--port", str(port), "--no-work"]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, start_new_session=True)
    try:
        wait_for(f"http://127.0.0.1:{port}/health/", process)
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(60)


def wait_for(url, process, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(OSError):
            return urllib.request.urlopen(url, timeout=5).read()
        if process.poll() is not None:
            raise RuntimeError(process.stderr.read().decode())
        time.sleep(0.1)
    raise RuntimeError(f"{url} does not answer")
