"""A demonstration desk, built once a day; every test sees it and rolls its own changes back."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from browsing import CHROMIUM
from tests.desk import template
from tests.desk.cast import ASSESSORS, BACKEND, ROLES, running

FOLDER = tempfile.mkdtemp(prefix="udsyn-desk-")
template.copy(FOLDER)
os.environ["UDSYN_DESK"] = os.environ["UDSYN_DESK_STARTED"] = FOLDER
os.environ["UDSYN_DESK_TEST"] = "1"
os.environ["UDSYN_DESK_LANGUAGE"] = "en"
os.environ["DJANGO_SETTINGS_MODULE"] = "udsyn.desk.ops.settings"

django = pytest.importorskip("django", reason="the desk's packages are not installed: pip install 'udsyn[desk]'")
django.setup()


def pytest_unconfigure() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)


@pytest.fixture(autouse=True)
def english():
    """Every test begins in English: a request in Danish leaves its thread in Danish, as a server's thread is left."""
    from django.utils import translation

    translation.activate("en")


@pytest.fixture(autouse=True)
def nothing_remembered():
    """Every test rolls its rows back, the ledger's too."""
    from udsyn.desk.kernel import remembering

    remembering.forget()


@pytest.fixture(scope="session")
def browser():
    """One Chromium for a whole run: Playwright starts only once in a process."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--accept-lang=en-GB"])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    from django.conf import settings
    from django.db import connection
    from django.test.utils import setup_databases

    def build():
        setup_databases(verbosity=0, interactive=False)
        from udsyn.world.desk import half_year

        half_year.build(FOLDER)

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    name = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        template.once(FOLDER, connection, build)
    yield
    with django_db_blocker.unblock():
        connection.creation.destroy_test_db(name, verbosity=0)


@pytest.fixture
def user_of(db):
    from udsyn.desk.rooms.parties.models import User

    return lambda role: User.objects.get(email=ROLES[role]) if ROLES[role] else None


@pytest.fixture
def actor_as(user_of):
    from django.utils import timezone

    from udsyn.desk.kernel.permissions import NOBODY, actor_of

    return lambda role: actor_of(user_of(role), timezone.localdate()) if ROLES[role] else NOBODY


@pytest.fixture
def client_as(user_of):
    from django.test import Client

    def sign_in(role, **options):
        client = Client(**options)
        if ROLES[role]:
            client.force_login(user_of(role), backend=BACKEND)
        return client

    return sign_in


@dataclass(frozen=True)
class Served:
    """A desk that a real server serves, with the ids of the demonstration's users by role.

    `folder` is the demonstration as it was before anybody visited: what a test does on the pages changes a copy of it.
    """

    url: str
    folder: Path
    users: dict[str, int]


@pytest.fixture(scope="session")
def served(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demonstration, copied to a folder and served as in production."""
    from django.db import connection

    from udsyn.desk.ops import keys
    from udsyn.desk.rooms.parties.models import User

    folder = tmp_path_factory.mktemp("demonstration")
    with django_db_blocker.unblock():
        played = ROLES | ASSESSORS
        users = {role: User.objects.get(email=email).pk for role, email in played.items() if email}
        if connection.vendor != "sqlite":
            pytest.skip("the served desk is a SQLite copy; PostgreSQL has its own run")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(folder / "desk.sqlite3")])
    keys.secret_key(folder, None)
    shown = shutil.copytree(folder, tmp_path_factory.mktemp("served"), dirs_exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with running(shown, port):
        yield Served(f"http://127.0.0.1:{port}", folder, users)


@pytest.fixture
def folder(served, tmp_path):
    """A copy of the served demonstration that a test may ruin."""
    copy = tmp_path / "desk"
    shutil.copytree(served.folder, copy)
    return copy
