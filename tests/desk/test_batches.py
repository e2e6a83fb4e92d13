"""One step for many rows, one second person for what was proposed together, and rows that exist already."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone, translation
from i18nfield.strings import LazyI18nString

from udsyn.desk.kernel import batches, commands
from udsyn.desk.kernel.models import Entry, Proposal
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.cooperation.models import ActionPoint, Agreement, Initiative, WorkPlan
from udsyn.desk.rooms.parties.models import Country
from udsyn.desk.tools import imports
from udsyn.desk.tools.columns import Reading
from udsyn.desk.web.inbox import waiting

pytestmark = pytest.mark.django_db


def points(actor, *texts):
    agreement = Agreement.objects.first()
    return [commands.save(ActionPoint(agreement=agreement, text=text), actor) for text in texts]


def plans(actor, *titles):
    made = [commands.save(WorkPlan(agreement=Agreement.objects.first(), title=title), actor) for title in titles]
    for plan in made[:-1]:  # the last has no initiative, so that it cannot be adopted
        commands.save(Initiative(work_plan=plan, number=1, title="First"), actor)
    return made


def told(found):
    return {str(t.row): (t.what, t.why) for t in found}


def test_each_row_is_told_of_and_one_that_cannot_stops_no_other(actor_as):
    officer = actor_as("officer")
    rows = points(officer, "one", "two", "three")
    commands.perform(rows[1], "drop", officer, reason="no longer wanted")
    found = told(batches.perform(rows, "finish", officer))
    assert found["one"] == found["three"] == ("done", "")
    assert found["two"][0] == "cannot"
    assert "dropped" in found["two"][1]
    assert [ActionPoint.objects.get(pk=row.pk).state for row in rows] == ["done", "dropped", "done"]
    lines = Entry.objects.filter(kind="actionpoint", object_id__in=[row.pk for row in rows], action="finish")
    assert lines.count() == 2, "each has its own line in the ledger"


def test_what_follows_begins_where_a_row_comes_into_another_state_and_nowhere_else(actor_as, monkeypatch):
    begun = []
    monkeypatch.setattr(commands, "come_into", lambda row, actor: begun.append((row.pk, row.state, actor)))
    officer = actor_as("officer")
    (row,) = points(officer, "one")
    row.text = "one, said better"
    commands.save(row, officer)
    assert begun == []
    commands.perform(row, "finish", officer)
    assert begun == [(row.pk, "done", officer)]


def test_who_may_not_do_it_with_a_row_is_told_so(actor_as):
    officer, client = actor_as("officer"), actor_as("client")
    (row,) = points(officer, "one")
    assert told(batches.perform([row], "finish", client)) == {"one": ("cannot", "You may not do this with it.")}
    assert ActionPoint.objects.get(pk=row.pk).state == "open"


def test_one_second_person_decides_what_was_proposed_together(actor_as, client_as):
    first, second = actor_as("officer"), actor_as("officer2")
    rows = plans(first, "A", "B", "C")
    found = told(batches.perform(rows, "adopt", first))
    assert found == {"A": ("waits", ""), "B": ("waits", ""), "C": ("cannot", "Write at least one initiative first.")}
    one = Proposal.objects.filter(kind="workplan", object_id=rows[0].pk, state="open").get()
    assert told(batches.decide(one, first, confirm=True))["A"] == ("cannot", "You may not do this with it.")
    titles = [str(item.title) for item in waiting(second, timezone.localdate())]
    assert [t for t in titles if t.startswith(("Adopt: A", "Adopt: B"))] == ["Adopt: A, and 1 more"], (
        "what was proposed together waits as one"
    )

    rows[1].title = "B, changed"
    commands.save(rows[1], first)
    page = client_as("officer2").post(reverse("decide", args=[one.pk]), {"confirm": "1", "all": "1"}).content.decode()
    assert "confirmed" in page
    assert "changed since it was proposed" in page
    assert [WorkPlan.objects.get(pk=row.pk).state for row in rows] == ["adopted", "draft", "draft"]


def test_the_pages_say_what_would_happen_and_what_did(actor_as, client_as):
    officer, client = actor_as("officer"), client_as("officer")
    rows = points(officer, "first of two", "second of two")
    commands.perform(rows[1], "finish", officer)
    resource = RESOURCES["actionpoint"]
    page = client.get(resource.list_url, {"q": "first of two"}).content.decode()
    assert f'name="row" value="{rows[0].pk}"' in page
    url = reverse("together", args=[resource.slug])
    asked = client.get(url, {"row": [row.pk for row in rows], "step": "drop"}).content.decode()
    assert "is left out" in asked
    given = {"row": [row.pk for row in rows], "step": "drop"}
    assert client.post(url, given).status_code == 422, "a reason is needed"
    answer = client.post(url, given | {"reason": "both are settled elsewhere"}).content.decode()
    assert "not done" in answer
    assert [ActionPoint.objects.get(pk=row.pk).state for row in rows] == ["dropped", "done"]
    assert client.get(url, {"step": "drop"}).status_code == 302, "nothing was chosen"
    assert client.get(url, {"row": "²", "step": "drop"}).status_code == 302


def test_rows_that_are_not_seen_are_not_touched(actor_as, client_as):
    (row,) = points(actor_as("officer"), "one")
    url = reverse("together", args=["action-points"])
    client_as("other_attache").post(url, {"row": row.pk, "step": "finish", "reason": "x"})
    assert ActionPoint.objects.get(pk=row.pk).state == "open"
    assert 'name="step"' not in client_as("client").get(RESOURCES["actionpoint"].list_url).content.decode()


# What exists already


def agreement(**fields):
    given = {"title": "An old agreement", "country": Country.objects.get(code="KR"), "stands_as": "in_force"}
    return Agreement(**given | {"signed": "2001-05-02", "source": "Treaty series 2001, no. 7"} | fields)


def test_one_that_exists_is_registered_by_a_second_person(actor_as):
    first, second = actor_as("officer"), actor_as("officer2")
    row = commands.save(agreement(), first)
    assert Agreement.objects.get(pk=row.pk).state == "exploring"
    proposal = Proposal.objects.get(kind="agreement", object_id=row.pk, state="open")
    with pytest.raises(commands.Refused):
        commands.decide(proposal, first, confirm=True)
    assert commands.decide(proposal, second, confirm=True) == "confirmed"
    assert Agreement.objects.get(pk=row.pk).state == "in_force"
    assert "stands_as" not in RESOURCES["agreement"].form_fields(first, Agreement.objects.get(pk=row.pk))


def test_what_was_proposed_in_one_language_is_confirmed_in_another(actor_as):
    first, second = actor_as("officer"), actor_as("officer2")
    with translation.override("da"):
        row = commands.save(agreement(title=LazyI18nString({"da": "Gammel aftale", "en": "Old agreement"})), first)
    proposal = Proposal.objects.get(kind="agreement", object_id=row.pk, state="open")
    with translation.override("en"):
        assert commands.decide(proposal, second, confirm=True) == "confirmed"


@pytest.mark.parametrize(("lacking", "field"), [({"source": " "}, "source"), ({"signed": None}, "signed")])
def test_without_a_source_or_what_the_state_needs_it_is_not(actor_as, lacking, field):
    with pytest.raises(ValidationError) as error:
        commands.save(agreement(**lacking), actor_as("officer"))
    assert field in error.value.message_dict
    assert not Proposal.objects.filter(transition="register_in_force").exists()


def test_the_form_asks_for_it(client_as):
    client, url = client_as("officer"), reverse("create", args=["agreements"])
    assert 'name="stands_as"' in client.get(url).content.decode()
    given = {"title_0": "Gammel aftale", "title_1": "Old agreement", "country": Country.objects.get(code="KR").pk}
    given |= {"kind_of": Agreement._meta.get_field("kind_of").default, "signed_precision": "day", "duration": "unknown"}
    given |= {"stands_as": "in_force", "signed": "2001-05-02", "renewal": "unknown"}
    assert client.post(url, given).status_code == 422, "there is no source"
    assert client.post(url, given | {"source": "Treaty series"}).status_code == 302
    assert Proposal.objects.filter(transition="register_in_force", state="open").count() == 1


SHEET = """title;country;stands as;signed;source
First;KR;in force;2001-05-02;Series 7
Second;KR;signed;2002-05-02;Series 8
"""


def taken_in(actor):
    record = imports.look("old.csv", SHEET.encode(), RESOURCES["agreement"], actor, Reading())
    imports.store(record, actor)
    return record, Proposal.objects.filter(batch=f"import:{record.pk}", state="open")


def test_an_imported_batch_is_confirmed_with_one_word(actor_as, client_as):
    _record, open_ones = taken_in(actor_as("officer"))
    assert open_ones.count() == 2
    url = reverse("decide", args=[open_ones.first().pk])
    assert "Proposed together" in client_as("officer2").get(url).content.decode()
    client_as("officer2").post(url, {"confirm": "1", "all": "1"})
    states = {str(row): row.state for row in Agreement.objects.filter(source__startswith="Series")}
    assert states == {"First": "in_force", "Second": "signed"}


def test_a_row_without_a_source_is_held_back(actor_as):
    sheet = SHEET.replace(";Series 8", ";")
    record = imports.look("old.csv", sheet.encode(), RESOURCES["agreement"], actor_as("officer"), Reading())
    assert [line["does"] for line in imports.lines(record)] == ["new", "held"]


def test_an_import_that_waits_to_be_confirmed_can_be_undone(actor_as):
    first = actor_as("officer")
    record, open_ones = taken_in(first)
    imports.undo(record, first)
    assert not Agreement.objects.filter(source__startswith="Series").exists()
    assert not open_ones.exists()
