"""Every text has its Danish, and what runs is what people edited."""

from __future__ import annotations

import re

from udsyn.desk.ops import messages


def test_every_text_has_its_danish():
    known = messages.stored()
    missing = [m.id for m in messages.collect() if m.id and known.get(m.id, context=m.context) is None]
    assert not missing, "run `python -m udsyn.desk.ops.messages` and translate"
    assert not messages.untranslated(known)


def test_the_compiled_catalogue_is_current():
    assert messages.MO.read_bytes() == messages.compiled(messages.stored())


def test_translations_keep_their_placeholders():
    holes = re.compile(r"%\(\w+\)[sd]")
    for message in messages.stored():
        if message.id and isinstance(message.id, str):
            assert sorted(holes.findall(message.id)) == sorted(holes.findall(message.string)), message.id


def test_no_translation_was_run_together_by_a_merge():
    """One that holds the same sentence twice, or another text in English, is two entries that became one."""
    long = {m.id for m in messages.stored() if isinstance(m.id, str) and len(m.id) > 60}
    for message in messages.stored():
        if isinstance(message.string, str):
            assert not re.search(r"(.{30,})\1", message.string), message.id
            assert not [text for text in long if text in message.string and text != message.id], message.id
