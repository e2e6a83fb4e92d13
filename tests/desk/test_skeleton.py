"""Two pages share a skeleton only where axe cannot tell them apart; what relates distant parts is read on each."""

from __future__ import annotations

import pytest
from tests.desk.skeleton import Page

SOUND = """<!doctype html><html lang="en" data-theme="auto"><head><title>Calls</title></head><body>
<nav aria-label="Menu"><ul><li><a href="/1/">One</a></li></ul></nav>
<main id="main"><h1>Calls</h1><h2>Open</h2><form><label for="name">Name</label><input id="name" name="name"></form>
<p class="note">Three <b>calls</b> are open.</p>
<table><thead><tr><th scope="col">Call</th></tr></thead><tbody><tr><td>7</td></tr></tbody></table>
</main></body></html>"""


def changed(*swaps: tuple[str, str]) -> Page:
    text = SOUND
    for old, new in swaps:
        assert old in text
        text = text.replace(old, new)
    return Page(text, "en")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<label for="name">', '<label for="other">'),
        ('<label for="name">Name', '<label for="name">'),
        ('<input id="name"', '<input id="name" type="submit"'),
        ('<input id="name"', '<input id="name" aria-invalid="true"'),
        ('<input id="name"', '<input id="name" autocomplete="email"'),
        ('<input id="name"', '<input id="name" aria-describedby="nowhere"'),
        ('class="note"', 'class="note error"'),
        ('class="note"', 'class="note" role="alert"'),
        ('class="note"', 'class="note" tabindex="0"'),
        ('class="note"', 'class="note" style="color: grey"'),
        ('class="note"', 'class="note" lang="ko"'),
        ("<b>calls</b>", "<b></b>"),
        ("<b>calls</b>", "<b>·</b>"),
        ("<b>calls</b>", "<i>calls</i>"),
        ("<b>calls</b>", '<a href="#main">calls</a>'),
        ("<b>calls</b>", '<img alt="calls">'),
        ('scope="col"', ""),
        ("<td>7</td>", "<td>7</td><td>7</td>"),
        ("<h2>Open</h2>", "<h3>Open</h3>"),
        ("<h1>Calls</h1><h2>Open</h2>", "<h2>Open</h2><h1>Calls</h1>"),
    ],
)
def test_what_axe_sees_makes_another_skeleton(old, new):
    assert changed((old, new)).main != changed().main
    assert changed((old, new)).frame == changed().frame


def test_an_image_without_words_and_one_with_words_are_two():
    assert changed(("<b>calls</b>", '<img alt="">')).main != changed(("<b>calls</b>", '<img alt="a">')).main


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<b>calls</b>", "<b>research stays 2026</b>"),
        ('"name"', '"other"'),
        ("<tr><td>7</td></tr>", "<tr><td>7</td></tr><tr><td>8</td></tr>"),
        ('<input id="name" name="name">', '<input id="name" name="name" value="Karla" maxlength="80">'),
    ],
)
def test_words_numbers_ids_and_further_rows_do_not(old, new):
    assert changed((old, new)).main == changed().main


def test_the_frame_has_a_skeleton_of_its_own():
    entry = changed(('<a href="/1/">One</a>', '<a href="/1/" aria-current="page">One</a>'))
    assert (entry.main, entry.frame == changed().frame) == (changed().main, False)


def test_another_word_is_another_content():
    assert changed(("Three", "Donaudampfschiff")).content != changed().content


def test_a_sound_page_has_nothing_wrong():
    assert changed().wrong() == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('lang="en"', 'lang="da"', "language is da"),
        ("<title>Calls", "<title>", "no title"),
        ("<h1>Calls</h1>", "", "0 times <h1>"),
        ("<h2>Open</h2>", "<h3>Open</h3>", "a heading of level 3 follows one of 1"),
        ('<p class="note">', '<p id="name">', "twice: #name"),
        ('for="name"', 'for="nobody"', "label names #nobody, which is nowhere"),
        ('<p class="note">', '<p aria-describedby="why">', "p names #why, which is nowhere"),
        ('href="/1/"', 'href="#away"', "a link leads to #away, which is nowhere"),
        ('<p class="note">', '<nav aria-label="Menu"></nav><p>', "two landmarks are nav Menu"),
    ],
)
def test_what_does_not_fit_together_is_said(old, new, said):
    assert said in changed((old, new)).wrong()
