"""The archive of one person holds everything that a search of the whole database for them finds."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from tests.desk import canary

from udsyn.desk.tools import packing

pytestmark = pytest.mark.django_db


def strings(value):
    """All text in a structure."""
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        return {text for one in value for text in strings(one)}
    return {value} if isinstance(value, str) else set()


def loaded(text):
    try:
        return json.loads(text)
    except ValueError:
        return text


def test_the_pack_holds_all_that_a_search_finds(actor_as, settings, tmp_path):
    settings.FILES, settings.FOLDER = tmp_path / "files", tmp_path
    person, _planted = canary.plant(actor_as("officer"))
    found = canary.traces()
    assert len({table for table, _column, _value in found}) > 20
    with zipfile.ZipFile(io.BytesIO(packing.pack(person))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    held = set()
    for name, content in parts.items():
        if name.endswith(".json"):
            held |= strings(json.loads(content))
    wanted = {text for _table, _column, value in found for text in strings(loaded(value)) if is_of_them(text)}
    assert {text for text in wanted if text not in held} == set()
    assert any(name.startswith("files/") and canary.NAME.encode() in content for name, content in parts.items())


def is_of_them(text):
    return any(trace in text.lower() for trace in canary.TRACES)


def test_no_secret_is_handed_over(actor_as, settings, tmp_path):
    settings.FILES, settings.FOLDER = tmp_path / "files", tmp_path
    officer = actor_as("officer")
    held = packing.pack(officer.user.person)
    with zipfile.ZipFile(io.BytesIO(held)) as archive:
        text = "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".json"))
    assert officer.user.password not in text
    assert officer.user.calendar_key not in text
    assert officer.user.email in text
