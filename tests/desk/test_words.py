"""Values in words: empty ones in the one of five words that fits, codes as labels, and no name of the machinery."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation
from i18nfield.strings import LazyI18nString

from udsyn.desk.kernel.models import Entry, Row
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.cooperation.models import Agreement
from udsyn.desk.rooms.parties.models import Country, Mandate, Membership, Person
from udsyn.desk.rooms.posts.models import Post, Posting

pytestmark = pytest.mark.django_db
FIVE = {
    "en": ("not known", "none", "everywhere", "no end", "vacant"),
    "da": ("ukendt", "ingen", "overalt", "ingen slutdato", "ubesat"),
}


def facts(page):
    """Label → value of a row's page."""
    pairs = re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", page, re.S)
    return {label: re.sub(r"<[^>]+>", "", value).strip() for label, value in pairs}


def page_of(client, row):
    return client.get(RESOURCES[row.kind()].url(row)).content.decode()


@pytest.fixture
def korea():
    return Country.objects.get(code="KR")


@pytest.mark.parametrize("language", ["en", "da"])
def test_five_words_tell_apart_what_is_empty(client_as, korea, language):
    officer, administrator = client_as("officer"), client_as("administrator")
    open_end = Agreement.objects.create(title="A", country=korea, duration="open")
    nobody_knows = Agreement.objects.create(title="B", country=korea)
    mandate = Mandate.objects.filter(scope="", ends=None).first()
    post = Post.objects.create(country=korea)
    not_known, none, everywhere, no_end, vacant = FIVE[language]
    with translation.override(language):
        label = {name: str(Agreement._meta.get_field(name).verbose_name).capitalize() for name in ("ends", "amends")}
        scope = str(Mandate._meta.get_field("scope").verbose_name).capitalize()
        assert facts(page_of(officer, open_end))[label["ends"]] == no_end
        assert facts(page_of(officer, nobody_knows))[label["ends"]] == not_known
        assert facts(page_of(officer, nobody_knows))[label["amends"]] == none
        assert facts(page_of(administrator, mandate))[scope] == everywhere
        held = officer.get(reverse("held"), {"day": "2026-11-27"}).content.decode()
        assert holder(held, post) == not_known
        Posting.objects.create(post=post, person=Person.objects.first(), ends="2026-01-31")
        held = officer.get(reverse("held"), {"day": "2026-11-27"}).content.decode()
        assert holder(held, post) == vacant


def holder(page, post):
    row = page.split(f'href="{RESOURCES["post"].url(post)}"')[1].split("</tr>")[0]
    return re.sub(r"<[^>]+>", "", re.findall(r"<td.*?</td>", row, re.S)[1])


@pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.prove), "da"])
def test_no_page_list_or_form_says_unknown(client_as, actor_as, language):
    officer, actor = client_as("officer"), actor_as("officer")
    with translation.override(language):
        for resource in RESOURCES.values():
            if not resource.model.rules["view"].possible(actor):
                continue
            pages = [resource.list_url]
            row = resource.model.objects.first()
            pages += [resource.url(row), resource.url(row) + "history/"] if row else []
            for url in pages:
                text = re.sub(r"<[^>]+>", "\n", officer.get(url).content.decode())
                assert not re.search(r"^\s*(unknown|None|---------)\s*$", text, re.M), url


def test_when_it_was_last_seen_in_force_is_said_in_one_place(client_as, korea):
    row = Agreement.objects.create(
        title="C", country=korea, state="in_force", signed="2012-05-15", confirmed_on="2024-05-03"
    )
    said, found = "in force when last seen on 3 May 2024, confirm", facts(page_of(client_as("officer"), row))
    assert found["In force today"] == said
    assert "Last seen in force" not in found
    assert said in page_of(client_as("officer"), korea)


def test_an_export_says_words_and_comes_back_as_it_was(client_as, korea, actor_as):
    from udsyn.desk.tools.columns import Reading, fields_of, guess
    from udsyn.desk.tools.planning import plan
    from udsyn.desk.tools.sheets import read

    answer = client_as("officer").get(RESOURCES["agreement"].list_url + "export.csv")
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {line["kind"] for line in lines} <= {str(label) for _code, label in Agreement.KINDS}
    assert {line["duration"] for line in lines} <= {"until a date", "no end", "not known"}
    assert {line["replaces"] for line in lines} == {"none"}
    actor, resource = actor_as("officer"), RESOURCES["agreement"]
    table = read("agreements.csv", answer.content)
    found = plan(resource, table, Reading(guess(table.headings, fields_of(resource, actor))), actor)
    given = {value for p in found.lines for value in [*(x.value for x in p.problems), *(c[2] for c in p.changes)]}
    assert found.lines
    assert not given & {*FIVE["en"], *FIVE["da"]}


def test_a_constraint_that_is_broken_says_so_without_its_name():
    """Every constraint of every row: none has words that hold its name."""
    for model in {r.model for r in RESOURCES.values() if issubclass(r.model, Row)}:
        for _model, constraints in model().get_constraints():
            for constraint in constraints:
                assert constraint.name not in str(constraint.get_violation_error_message()), constraint.name


def test_what_does_not_fit_together_is_named_by_its_columns(korea):
    with pytest.raises(ValidationError) as error:
        Membership(country=korea, group="EU", starts="2020-01-02", ends="2020-01-01").full_clean()
    assert error.value.messages == ["This does not fit together: to, from."]


def test_ledger_and_history_say_labels(client_as):
    from udsyn.desk.web.log import line

    for entry in Entry.objects.all()[:2000]:
        said = line(entry)
        assert str(said["words"]) != entry.action, entry.action
        assert "_" not in said["fields"], entry.fields
    page = client_as("auditor").get(reverse("ledger")).content.decode()
    assert "innovation_attache" not in page
    row = Agreement.objects.get(pk=Agreement.objects.first().pk)
    row.kind_of, row.state = "letter", "renewal_review"
    row.signed = row.signed or "2012-05-15"
    row.save()
    text = client_as("officer").get(RESOURCES["agreement"].url(row) + "history/").content.decode()
    assert "renewal_review" not in text
    assert "letter of understanding" in text


def test_agreements_stand_by_name_as_the_reader_reads_it(client_as, korea):
    from i18nfield.strings import LazyI18nString

    for da, en in (("Ø", "aa"), ("Å", "Ab"), ("A", "Zz")):
        Agreement.objects.create(title=LazyI18nString({"da": da, "en": en}), country=korea)
    Agreement.objects.create(title="plain", country=korea)
    names = [str(row) for row in RESOURCES["agreement"].rows(client_as("officer").get("/en/").wsgi_request.actor)]
    assert names == sorted(names, key=str.lower)


def test_search_and_activity_name_a_row_in_the_readers_language(actor_as, client_as):
    """The stored title is in the language of whoever wrote it last; a row that was renamed keeps what was written."""
    from udsyn.desk.kernel import commands

    officer, client = actor_as("officer"), client_as("officer")
    both = LazyI18nString({"da": "Aftale om tang", "en": "Agreement on seaweed"})
    with translation.override("da"):
        row = commands.save(Agreement(title=both, country=Country.objects.get(code="KR")), officer)
    pages = {name: client.get(reverse(name), {"q": "tang seaweed"}).content.decode() for name in ("search", "activity")}
    assert all("Agreement on seaweed" in page and "Aftale om tang" not in page for page in pages.values())
    danish = client.get(reverse("search").replace("/en/", "/da/"), {"q": "tang"}).content.decode()
    assert "Aftale om tang" in danish
    row.title = LazyI18nString({"da": "Aftale om alger", "en": "Agreement on algae"})
    commands.save(row, officer)
    page = client.get(reverse("activity").replace("/da/", "/en/")).content.decode()
    assert "Aftale om tang" in page, "what was done, was done to what was then called so"
    assert "Agreement on algae" in page
