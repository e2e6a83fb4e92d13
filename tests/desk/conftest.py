"""A demonstration desk, built once a run; every test sees it and rolls its own changes back."""

from __future__ import annotations

import os
import tempfile

import pytest

FOLDER = tempfile.mkdtemp(prefix="udsyn-desk-")
os.environ["UDSYN_DESK"] = os.environ["UDSYN_DESK_STARTED"] = FOLDER
os.environ["UDSYN_DESK_TEST"] = "1"
os.environ["UDSYN_DESK_LANGUAGE"] = "en"
os.environ["DJANGO_SETTINGS_MODULE"] = "udsyn.desk.settings"

django = pytest.importorskip("django", reason="the desk's packages are not installed: pip install 'udsyn[desk]'")
django.setup()

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
#: every role of the demonstration, with the account that plays it; None is a visitor
ROLES = {
    "visitor": None,
    "officer": "officer@demo.example",
    "attache": "attache.seoul@demo.example",
    "other_attache": "attache.munich@demo.example",
    "advisor": "advisor@demo.example",
    "assistant": "assistant@demo.example",
    "client": "client@demo.example",
    "auditor": "auditor@demo.example",
    "administrator": "administrator@demo.example",
}


def pytest_collection_modifyitems(items):
    """The desk's tests share one database, so one worker runs them."""
    for item in items:
        if "/desk/" in str(item.path):
            item.add_marker(pytest.mark.xdist_group("desk"))


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker, request):
    from django.conf import settings
    from django.test.utils import setup_databases, teardown_databases

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False)
        from udsyn.desk import demo

        demo.build(FOLDER)
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


@pytest.fixture
def user_of(db):
    from udsyn.desk.parties.models import User

    return lambda role: User.objects.get(email=ROLES[role]) if ROLES[role] else None


@pytest.fixture
def actor_as(user_of):
    from django.utils import timezone

    from udsyn.desk.permissions import NOBODY, actor_of

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
