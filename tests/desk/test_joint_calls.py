"""A joint call: the partner agency's ranking is taken in, merged with ours, and decided by, in a case of seven."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.models import Entry
from udsyn.desk.rooms.programmes import joint, ranking
from udsyn.desk.rooms.programmes.deciding import choices
from udsyn.desk.rooms.programmes.models import Application, Assessed, Call, PartnerRanking

pytestmark = pytest.mark.django_db
NAMES = [f"P{n}" for n in range(1, 8)]
THEIRS = dict(zip(NAMES, (6, 5, 1, 4, 7, 3, 2), strict=True))
COSTS = dict(zip(NAMES, ((5, 40), (6, 30), (5, 60), (6, 20), (2, 30), (4, 60), (2, 50)), strict=True))
AGENCIES = """agencies:
  - {id: home, title: {en: Home agency}, budget: 15, countries: [DK]}
  - {id: abroad, title: {en: Agency abroad}, budget: 150, countries: [XK]}
budget: {clause: Money (invented), source: call, line: strict, pot: real, top_up: 0}
values: {rates: {DKK: 1}}
"""
PASTED = "\n".join(f"{place}: {name}" for name, place in THEIRS.items())


@pytest.fixture
def call():
    """The spring call as a joint one of seven applications, which our panel ranks P1 to P7."""
    call = Call.objects.get(title__contains="spring")
    text = call.pack_text + AGENCIES
    Call.objects.filter(pk=call.pk).update(pack_text=text)
    call.versions.update(pack_text=text)
    (first, *_others) = ranking.standing(call)
    call.applications.update(state="withdrawn")
    for place, (name, asked) in enumerate(COSTS.items()):
        row = Application.objects.get(pk=first.pk)
        costs = [{"asked": sum_, "country": where} for sum_, where in zip(asked, ("DK", "XK"), strict=True)]
        row.pk, row.state, row.title = None, "eligible", name
        row.sealed_case = {**first.sealed_case, "amount": sum(asked), "rates": {"DKK": 1}}
        row.sealed_case["budget"] = [{"kind": "travel", "currency": "DKK", **one} for one in costs]
        row._state.adding = True
        row.save()
        mean = f"{500 - 10 * place}/100"
        Assessed.objects.create(application=row, means={"quality": mean, "plan": mean}, assessors=3)
    return Call.objects.get(pk=call.pk)


@pytest.fixture
def url(call):
    return reverse("joint", args=[call.pk])


def sent(text=PASTED, rule="mean", button="save", **more):
    return {"agency": "Agency abroad", "text": text, "rule": rule, "top": "4", button: "1", **more}


def held(call):
    return PartnerRanking.objects.get(call=call)


def order_of(found):
    return " ".join(one.row.title for one in found.places)


def funded(found):
    return " ".join(one.row.title for one in found.places if one.funded)


@pytest.mark.parametrize(
    ("rule", "order", "strict", "skip"),
    [
        ("", "P1 P2 P3 P4 P5 P6 P7", "P1 P2", "P1 P2 P5 P7"),
        ("mean", "P3 P2 P1 P4 P6 P7 P5", "P3 P2", "P3 P2 P6"),
        ("worst", "P3 P4 P2 P1 P6 P7 P5", "P3 P4", "P3 P4 P6"),
        ("best", "P3 P1 P2 P7 P6 P4 P5", "P3 P1", "P3 P1 P7"),
        ("ours", "P1 P2 P3 P4 P5 P6 P7", "P1 P2", "P1 P2 P5 P7"),
        ("theirs", "P3 P7 P6 P4 P2 P1 P5", "P3 P7", "P3 P7 P4"),
        ("both_top", "P3 P4", "P3 P4", "P3 P4"),
    ],
)
def test_the_printed_case_is_saved_as_the_basis_of_the_decision(rule, order, strict, skip, call, url, client_as):
    officer = client_as("officer")
    assert officer.post(url, sent(rule=rule)).status_code == 302
    assert order_of(ranking.ranking(call)) == order
    assert funded(ranking.ranking(call)) == strict
    assert funded(ranking.ranking(call, rule="skip")) == skip
    assert order_of(ranking.ranking(call, alone=True)) == "P1 P2 P3 P4 P5 P6 P7"
    proposed = {row.title: said for row, said in choices(ranking.ranking(call))}
    assert proposed == {name: "award" if name in strict.split() else "decline" for name in NAMES}


def test_both_rankings_are_shown_before_anything_is_saved_and_what_differs_is_marked(call, url, client_as):
    officer = client_as("officer")
    for language, words in (("en", "differs from ours"), ("da", "anderledes end vores")):
        with translation.override(language):
            shown = officer.post(reverse("joint", args=[call.pk]), sent(button="show"))
        assert shown.status_code == 200
        assert words in shown.content.decode()
    rows = shown.context["rows"]
    assert [(one.row.title, one.ours, one.theirs, one.merged) for one in rows[:3]] == [
        ("P3", 3, 1, 1), ("P2", 2, 5, 2), ("P1", 1, 6, 3),
    ]  # fmt: skip
    assert {one.row.title for one in rows if one.differs} == {"P1", "P3"}, "by the call's own line"
    assert not PartnerRanking.objects.filter(call=call).exists()
    assert order_of(ranking.ranking(call)) == "P1 P2 P3 P4 P5 P6 P7"


def test_whom_the_partner_does_not_rank_is_not_funded_and_ties_stay_ties(call, url, client_as):
    officer = client_as("officer")
    officer.post(url, sent("1: P2\n1: P1\n3: P4", rule="mean"))
    found = ranking.ranking(call)
    assert [(one.place, one.row.title) for one in found.places] == [(1, "P1"), (2, "P2"), (3, "P4")]
    assert {row.title for row in found.one_sided} == {"P3", "P5", "P6", "P7"}
    assert {said for row, said in choices(found) if row in found.one_sided} == {"decline"}
    assert "the partner does not rank it" in officer.get(reverse("ranking", args=[call.pk])).content.decode()
    officer.post(url, sent("1: P3\n2: P4\n2: P2", rule="theirs"))
    found = ranking.ranking(call)
    assert [(one.place, one.row.title, one.funded) for one in found.places] == [
        (1, "P3", True), (2, "P2", None), (2, "P4", None),
    ]  # fmt: skip
    assert {row.title for row in ranking.tied_at_line(call)} == {"P2", "P4"}


def test_a_lot_decides_between_equals_of_the_merged_order_and_of_no_other(client_as, actor_as):
    """The demonstration's own joint call: two at the line, whom our panel and the partner then hold for equal too."""
    call, officer = Call.objects.get(title__contains="joint call"), client_as("officer")
    theirs, found = held(call), ranking.ranking(call)
    assert [(one.place, one.funded) for one in found.places] == [(1, True), (2, None), (2, None)]
    assert [row.title for row in found.one_sided] == ["Quiet tyres"]
    first, *equals = [one.row for one in found.places]
    Assessed.objects.filter(application__in=equals).update(means=equals[0].judged.means)
    PartnerRanking.objects.filter(call=call).delete()
    with pytest.raises(ValidationError, match="partner's ranking is missing"):
        kernel.perform(call.round, "draw", actor_as("officer"))
    theirs.places = {str(first.pk): 1} | {str(row.pk): 2 for row in equals}
    theirs.save(force_insert=True)
    kernel.perform(Call.objects.get(pk=call.pk).round, "draw", actor_as("officer"))
    call = Call.objects.get(pk=call.pk)
    places = ranking.ranking(call).places
    assert [str(one.row.pk) for one in places[1:]] == call.round.lots["order"]
    assert [(one.place, one.funded) for one in places] == [(1, True), (2, True), (3, False)]
    assert [one.place for one in ranking.ranking(call, alone=True).places] == [1, 2, 2, 4]
    for name in ("joint", "ranking"):
        assert '<span class="quiet">lot 2</span>' in officer.get(reverse(name, args=[call.pk])).content.decode()
    table = officer.get(reverse("joint_file", args=[call.pk])).content.decode("utf-8-sig").splitlines()
    assert [line.rpartition(",")[2] for line in table] == ["lot", "", "1", "2", ""]
    late = officer.post(reverse("joint", args=[call.pk]), sent(f"1: {first.pk}"))
    assert (late.status_code, held(call).places) == (422, theirs.places)
    assert "Lots were drawn" in late.content.decode()


def test_a_list_with_a_faulty_line_is_not_taken_and_nothing_of_it_is_lost(call, url, client_as):
    officer = client_as("officer")
    officer.post(url, sent())
    lines, before = Entry.objects.count(), held(call).places
    Application.objects.filter(call=call, title__in=("P6", "P7")).update(title="Twin")
    for text, said in (
        ("1: P1\n2: Nobody knows this", "Line 2: no application"),
        ("1: P1\n2: P2\n3: p1", "Line 3: an application that stands further up"),
        ("1: P1\n2: Twin", "Line 2: several applications"),
        ("1: P1\nP2\n0: P3", "Line 2, 3: a place is missing"),
        ("  \n ", "Paste the partner"),
    ):
        for button in ("save", "show"):
            answer = officer.post(url, sent(text, button=button))
            page = answer.content.decode()
            assert answer.status_code == 422
            assert said in page
            assert text.strip() in page, "what was pasted stays to be mended"
    answer = officer.post(url, sent(rule="both_top", top=""))
    assert answer.status_code == 422
    assert "among how many of the best" in answer.content.decode()
    assert (held(call).places, held(call).rule, Entry.objects.count()) == (before, "mean", lines)


def test_a_list_comes_from_a_spreadsheet_and_goes_out_as_one(call, url, client_as):
    officer = client_as("officer")
    rows = {row.title: row.pk for row in call.applications.filter(state="eligible")}
    text = "Placering;Nummer\r\n" + "\r\n".join(f"{place};{rows[name]}" for name, place in THEIRS.items())
    assert officer.post(url, sent("", file=SimpleUploadedFile("theirs.csv", text.encode("cp1252")))).status_code == 302
    assert held(call).places == {str(rows[name]): place for name, place in THEIRS.items()}
    assert "1: P3\n2: P7" in officer.get(url).context["form"].initial["text"]
    wrong = officer.post(url, sent("", file=SimpleUploadedFile("x.csv", b"Country;Sum\r\nDK;5\r\n")))
    assert wrong.status_code == 422
    assert "no column" in wrong.content.decode()
    doubled = officer.post(url, sent("", file=SimpleUploadedFile("x.csv", b"place;title\r\n1;P1\r\n2;P1\r\n")))
    assert "1: P1\n2: P1" in doubled.content.decode(), "what the file says stays to be mended"
    Application.objects.filter(pk=rows["P5"]).update(title="=HYPERLINK(1)")
    file = officer.get(reverse("joint_file", args=[call.pk]))
    table = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert table[0][:5] == ["merged", "number", "application", "ours", "Agency abroad"]
    assert table[1][2:] == ["P3", "3", "1", "yes", "yes", "no", ""]
    assert table[-1][2] == "'=HYPERLINK(1)"


def test_what_is_held_comes_back_to_be_mended_and_no_list_is_endless(call, url, client_as, monkeypatch):
    officer = client_as("officer")
    officer.post(url, sent("2: P6\n1: P7\n"))
    twins = call.applications.filter(title__in=("P6", "P7"))
    numbers = dict(twins.values_list("title", "pk"))
    twins.update(title="Twin")
    assert officer.get(url).context["form"].initial["text"] == f"1: {numbers['P7']}\n2: {numbers['P6']}"
    twins.filter(title="Twin", pk=numbers["P6"]).update(title="TWIN!")
    assert officer.get(url).context["form"].initial["text"] == f"1: {numbers['P7']}\n2: {numbers['P6']}"
    call.applications.filter(pk=numbers["P7"]).update(title=str(numbers["P6"]))
    again = officer.get(url).context["form"].initial["text"]
    assert joint.read(again, call.applications.filter(state="eligible")) == held(call).places
    monkeypatch.setattr(joint, "MOST", 1)
    assert "more than 1 lines" in officer.post(url, sent()).content.decode()


@pytest.mark.parametrize(
    ("role", "sees", "writes"), [("auditor", 200, 403), ("client", 404, 404), ("attache", 404, 404)]
)
def test_only_who_decides_takes_in_a_ranking(role, sees, writes, call, url, client_as):
    client = client_as(role)
    assert (client.get(url).status_code, client.post(url, sent()).status_code) == (sees, writes)
    assert client.get(reverse("joint_file", args=[call.pk])).status_code == 404
    assert not PartnerRanking.objects.filter(call=call).exists()


def test_it_is_taken_after_the_close_and_before_the_release(call, url, client_as, actor_as):
    officer = client_as("officer")
    closes = call.closes_at
    Call.objects.filter(pk=call.pk).update(closes_at=closes.replace(year=closes.year + 5))
    early = officer.post(url, sent())
    assert (early.status_code, PartnerRanking.objects.filter(call=call).count()) == (422, 0)
    assert "has not closed" in early.content.decode()
    assert "4: P4" in early.content.decode()
    Call.objects.filter(pk=call.pk).update(closes_at=closes)
    officer.post(url, sent())
    Call.objects.filter(pk=call.pk).update(state="decided")
    assert officer.post(url, sent(rule="best")).status_code == 403
    late = held(call)
    late.rule = "best"
    with pytest.raises(kernel.Refused):
        joint.save(late, actor_as("officer"))
    assert held(call).rule == "mean"
