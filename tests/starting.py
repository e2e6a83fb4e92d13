"""Commands in processes of their own, forked from one that has the large packages in memory: a third of a start's time.

The process that forks knows no desk: it has read packages that others make and Udsyn's engine, no setting, no model and
no room, so a command finds all that it would find in an interpreter of its own. `UDSYN_TESTS_START=plain`, which
`make prove` sets, starts one each instead.
"""

from __future__ import annotations

import atexit
import json
import os
import runpy
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

#: what a command of the desk reads, and what can be read before anybody says which desk
READ = (
    "cryptography.hazmat.backends.openssl.backend", "django.contrib.auth.hashers", "django.core.serializers.json",
    "django.core.management.commands.migrate", "django.core.servers.basehttp", "django.db.backends.sqlite3.base",
    "django.db.migrations.executor", "django.forms", "django.template.loader_tags", "django.urls",
    "django.utils.translation.trans_real", "django.views.generic", "django.views.i18n", "duckdb", "fido2.server",
    "holidays", "jinja2", "markdown_it", "numpy", "orjson", "polars", "pycountry", "pydantic", "requests", "sqlparse",
    "typst", "vl_convert", "yaml",
    "udsyn.allocation.tours", "udsyn.briefs.html", "udsyn.cli.desk", "udsyn.contacts.find", "udsyn.contacts.recognise",
    "udsyn.evidence.effect.portfolio", "udsyn.evidence.followup", "udsyn.evidence.funds.find",
    "udsyn.evidence.markets.tenders", "udsyn.evidence.safeguards.crosswalk", "udsyn.evidence.strengths",
    "udsyn.evidence.technology.crossed", "udsyn.evidence.technology.offers", "udsyn.meetings.replan", "udsyn.packs",
    "udsyn.record.calls", "udsyn.record.patents", "udsyn.record.tenders.load",
)  # fmt: skip


LARGEST = 200_000  #: bytes of what is asked


def run(command: Sequence[object], env: Mapping[str, str], cwd: str | Path | None = None) -> Any:
    """What `subprocess.run` gives of Udsyn's own command, `python -c CODE` or `python -m MODULE`: code and text."""
    words = [str(word) for word in command]
    paths = [Path(path) for path in env.get("PYTHONPATH", "").split(os.pathsep) if path]
    set_up = any((path / "sitecustomize.py").exists() for path in paths)  # by what an interpreter reads when it starts
    if set_up or os.environ.get("UDSYN_TESTS_START") == "plain":
        return subprocess.run(words, env=env, cwd=cwd, capture_output=True, text=True)
    asked = json.dumps({"words": words, "env": dict(env), "folder": str(cwd or Path.cwd())}).encode()
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        there = forking()
        socket.send_fds(there, [asked], [out.fileno(), err.fileno()])
        code = int(there.recv(LARGEST))
        out.seek(0), err.seek(0)
        return subprocess.CompletedProcess(words, code, out.read(), err.read())


@cache
def forking() -> socket.socket:
    """The way to the process that forks, which ends when this one does."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("UDSYN", "DJANGO", "SLIPCOVER"))}
    command = [sys.executable, "-m", __name__, str(theirs.fileno())]
    subprocess.Popen(command, env=plain, cwd=Path(__file__).parents[1], pass_fds=[theirs.fileno()])
    theirs.close()
    return ours


def serve(here: socket.socket) -> NoReturn:
    """Fork for whoever asks, and say how each child ended."""
    for name in READ:
        import_module(name)
    while True:
        asked, files, _flags, _address = socket.recv_fds(here, LARGEST, 2)
        if not asked:
            sys.exit()
        child = os.fork()
        if not child:
            end(files, **json.loads(asked))
        for file in files:
            os.close(file)
        here.send(str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])).encode())


def end(files: Sequence[int], **asked: Any) -> NoReturn:
    """Become what is asked, and end as an interpreter does, only without taking all that it has read to pieces."""
    code: object = None
    try:
        become(files, **asked)
    except SystemExit as told:
        code = told.code
    except BaseException:
        traceback.print_exc()
        code = 1
    if not isinstance(code, int | None):
        print(code, file=sys.stderr)
        code = 1
    atexit._run_exitfuncs()
    with suppress(Exception):  # no desk was chosen
        sys.modules["django.db"].connections.close_all()
    sys.stdout.flush(), sys.stderr.flush()
    os._exit(code or 0)


def become(files: Sequence[int], words: list[str], env: dict[str, str], folder: str) -> None:
    """The process that a shell would have started, in this folder, with this environment, printing to these files."""
    for file, standard in zip([os.open(os.devnull, os.O_RDONLY), *files], range(3), strict=True):
        os.dup2(file, standard)
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    os.chdir(folder)
    sys.path[0] = ""
    sys.path[1:1] = filter(None, env.get("PYTHONPATH", "").split(os.pathsep))
    match words:
        case [_, "-c", code, *arguments]:
            sys.argv = ["-c", *arguments]
            exec(compile(code, "<string>", "exec"), {"__name__": "__main__"})
        case [_, "-m", module, *arguments]:
            sys.argv = [module, *arguments]
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        case _:
            sys.argv = words
            runpy.run_module("udsyn", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
