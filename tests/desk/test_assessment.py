"""A round of assessment: conflicts and whom they bar, the proven assignment, reviews, the panel, lots, the release."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from click.testing import CliRunner
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from udsyn.cli import udsyn
from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.models import Entry, Message
from udsyn.desk.kernel.permissions import Actor, actor_of
from udsyn.desk.rooms.assessment import finding, matching, reviewing, seen
from udsyn.desk.rooms.assessment.models import ALL, REVIEWERS, SINGLE, AssessmentRound, Assessor, Conflict, Review
from udsyn.desk.rooms.parties.models import Affiliation, Organisation, Person, User
from udsyn.desk.rooms.programmes import ranking
from udsyn.desk.rooms.programmes.models import Application, Call, Member, Partner
from udsyn.packs.scores import means

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_():
    return AssessmentRound.objects.get(call__title__contains="winter")


@pytest.fixture
def officer(actor_as):
    return actor_as("officer")


def who(email):
    return actor_of(User.objects.get(email=f"{email}@demo.example"), timezone.localdate())


def author(review):
    return Actor(name="author", person=review.assessor.person_id)


def somebody(round_, officer, name, *, part="reviewer", place=None, mail="", knows="sensors"):
    person = Person.objects.create(family_name=name, email=mail)
    if place:
        Affiliation.objects.create(person=person, organisation=place)
    row = Assessor(round=round_, person=person, part=part, expertise=knows)
    return reviewing.name_assessor(row, officer)


def write(review, quality, plan, text="Because."):
    review = Review.objects.get(pk=review.pk)
    review.scores, review.text = {"quality": quality, "plan": plan}, text
    kernel.save(review, author(review))
    kernel.perform(review, "hand_in", author(review))


def all_reviews_in(round_):
    for review in Review.objects.filter(assessor__round=round_, assessor__part="reviewer", state="asked"):
        write(review, 4, 4)


def met(round_, officer):
    """The round with its panel at work."""
    all_reviews_in(round_)
    kernel.perform(round_, "meet", officer)
    return AssessmentRound.objects.get(pk=round_.pk)


def assessed(round_, officer, plans=(5, 4, 4, 3, 2)):
    """The round closed: every member of the panel gave every application the same."""
    met(round_, officer)
    for application, plan in zip(round_.standing(), plans, strict=True):
        for review in Review.objects.filter(application=application, assessor__part="panel"):
            write(review, 4, plan)
    kernel.perform(round_, "close", officer)
    return AssessmentRound.objects.get(pk=round_.pk)


def kinds(assessor, application=None):
    found = Conflict.objects.filter(assessor=assessor, state="standing")
    found = found.filter(application=application) if application else found
    return set(found.values_list("kind_of", flat=True))


# Conflicts: the six ways in which they are missed or drown -----------------------------------------------------


def test_an_address_that_nobody_confirmed_hides_nobody(round_, officer):
    """An applicant who is named as reviewer under another row: a person must look; once both confirmed, it is sure."""
    application = round_.standing().first()
    Member.objects.create(application=application, email="Same@Example.org")
    reviewer = somebody(round_, officer, "Same", mail="same@example.org")
    assert kinds(reviewer, application) == {"unconfirmed"}
    partner = Partner.objects.get(application=application)
    Partner.objects.filter(pk=partner.pk).update(
        email="same@example.org", state="confirmed", answered_at=timezone.now()
    )
    kernel.perform(reviewer, "accept", Actor(name="Same", person=reviewer.person_id))
    finding.look(round_, officer)
    assert "same_person" in kinds(reviewer, application)


def test_whoever_comes_late_has_conflicts_at_once(round_, officer):
    application = round_.standing().first()
    house = Affiliation.objects.filter(person=application.lead).first().organisation
    late = somebody(round_, officer, "Late", place=house)
    assert kinds(late, application) == {"same_institution"}
    row = Conflict.objects.get(assessor=late, application=application)
    assert row.about == str(application.lead)
    assert row.evidence == [str(house)]


def test_relations_of_relations_mark_nobody(round_, officer):
    """A colleague of a colleague of the applicant, at another institution."""
    first, second = Organisation.objects.create(name="First place"), Organisation.objects.create(name="Second place")
    application = round_.standing().first()
    Affiliation.objects.create(person=application.lead, organisation=first)
    between = somebody(round_, officer, "Between", place=first)
    Affiliation.objects.create(person=between.person, organisation=second)
    finding.look(round_, officer)
    distant = somebody(round_, officer, "Distant", place=second)
    assert kinds(between, application) == {"same_institution"}
    assert kinds(distant) == set()


def test_who_applies_together_in_this_round_does_not_review_the_other(round_, officer):
    """R applies with S on Q; S is on P too, so R does not review P."""
    p, q, *_rest = round_.standing()
    shared = Person.objects.create(family_name="Shared", email="shared@example.org")
    reviewer = somebody(round_, officer, "Applies too")
    for row, person in ((p, shared), (q, shared), (q, reviewer.person)):
        Member.objects.create(application=row, email=f"{person.pk}@example.org", person=person)
    finding.look(round_, officer)
    assert "same_person" in kinds(reviewer, q)
    assert kinds(reviewer, p) == {"this_round"}
    assert Conflict.objects.get(assessor=reviewer, application=p).evidence == [q.title]


def test_a_false_alarm_is_put_aside_with_a_reason_until_its_evidence_changes(round_, officer, client_as):
    application = round_.standing().first()
    house = Affiliation.objects.filter(person=application.lead).first().organisation
    reviewer = somebody(round_, officer, "Alarm", place=house)
    row = Conflict.objects.get(assessor=reviewer, application=application)
    with pytest.raises(ValidationError, match="reason"):
        kernel.perform(row, "dismiss", officer)
    kernel.perform(row, "dismiss", officer, reason="Another faculty.")
    finding.look(round_, officer)
    assert Conflict.objects.get(pk=row.pk).state == "dismissed"
    page = client_as("officer").get(reverse("round_conflicts", args=[round_.pk])).content.decode()
    assert "Another faculty." in page
    second = Organisation.objects.create(name="A second house")
    for person in (application.lead, reviewer.person):
        Affiliation.objects.create(person=person, organisation=second)
    finding.look(round_, officer)
    assert Conflict.objects.get(pk=row.pk).state == "standing"
    Affiliation.objects.filter(person=reviewer.person).delete()
    finding.look(round_, officer)
    assert Conflict.objects.get(pk=row.pk).state == "gone"


def test_no_hard_conflict_is_put_aside(round_, officer):
    application = round_.standing().first()
    row = Assessor(round=round_, person=application.lead)
    reviewing.name_assessor(row, officer)
    assert kinds(row, application) == {"same_person"}
    with pytest.raises(ValidationError, match="No reason"):
        kernel.perform(Conflict.objects.get(assessor=row, application=application), "dismiss", officer, reason="x")


def test_nobody_barred_is_assigned_even_where_all_fit_alike(round_, officer):
    """The solver's pairs of score nought: nothing is known of anybody, and one is barred from each application."""
    Review.objects.all().delete()
    Assessor.objects.filter(round=round_).update(expertise="")
    reviewers = list(round_.assessors.filter(part="reviewer"))
    for application, reviewer in zip(round_.standing(), reviewers, strict=True):
        place = Organisation.objects.create(name=f"House of {application.pk}")
        for person in (application.lead, reviewer.person):
            Affiliation.objects.create(person=person, organisation=place)
    matching.adopt(round_, officer, "total", None)
    made = set(Review.objects.values_list("assessor", "application"))
    barred = set(Conflict.objects.filter(state="standing").values_list("assessor", "application"))
    assert len(made) == 10
    assert len(barred) >= 5
    assert not made & barred


def test_joint_works_come_from_the_record(round_, officer, monkeypatch, tmp_path):
    """Two works of this window and one before it, of people whom their ORCID names."""
    import polars as pl

    from udsyn.desk.evidence import assessing
    from udsyn.record.tables import AUTHORS, AUTHORSHIPS, WORKS

    last = timezone.localdate(round_.call.closes_at).year
    frames = {
        AUTHORS.name: {"author": [1, 2], "orcid": ["https://orcid.org/0000-0000-0000-0019", "0000000000000027"]},
        AUTHORSHIPS.name: {"work": [1, 1, 2, 2, 3, 3, 4], "author": [1, 2, 1, 2, 1, 2, 1]},
        WORKS.name: {
            "work": [1, 2, 3, 4],
            "title": ["Old", "Newer", "Newest", "Alone"],
            "year": [last - 5, last - 4, last, last],
        },
    }  # fmt: skip
    for table, rows in frames.items():
        pl.DataFrame(rows).write_parquet(tmp_path / f"{table}.parquet")

    class Held:
        def files(self, table):
            return [tmp_path / f"{table}.parquet"]

    monkeypatch.setattr(assessing.record, "named", lambda: Held())
    application = round_.standing().first()
    Person.objects.filter(pk=application.lead_id).update(orcid="0000-0000-0000-0019")
    reviewer = somebody(round_, officer, "Writes along")
    Person.objects.filter(pk=reviewer.person_id).update(orcid="0000-0000-0000-0027")
    finding.look(round_, officer)
    row = Conflict.objects.get(assessor=reviewer, application=application)
    assert (row.kind_of, row.evidence) == ("joint_work", [f"Newest ({last})", f"Newer ({last - 4})"])
    AssessmentRound.objects.filter(pk=round_.pk).update(conflicts_by="aka")
    finding.look(AssessmentRound.objects.get(pk=round_.pk), officer)
    assert Conflict.objects.get(pk=row.pk).evidence == [f"Newest ({last})"]
    people = [Assessor.objects.get(pk=reviewer.pk)]
    Assessor.objects.filter(pk=reviewer.pk).update(expertise="")
    assert assessing.works_of({"A2"}) == ["Newest", "Newer", "Old"]
    assert matching.expertise(people, list(round_.standing())).shape == (1, 5)


# Assigning -----------------------------------------------------------------------------------------------------


def test_the_assignment_is_proven_and_says_why_not(round_, officer, client_as):
    Review.objects.all().delete()
    plan = matching.plan(round_)
    assert plan.found.status == "optimal"
    assert plan.found.total == plan.found.bound
    assert all(len(plan.of(p)) == round_.cover for p in range(5))
    assert all(got <= most for _who, got, most in plan.loads())
    barred = next(iter(Conflict.objects.filter(assessor__part="reviewer", state="dismissed")))
    kernel.perform(barred, "uphold", officer, reason="They wrote together after all.")
    page = client_as("officer").get(
        reverse("round_assignment", args=[round_.pk]), {"why": f"{barred.assessor_id}-{barred.application_id}"}
    )
    assert "same institution as" in page.content.decode()
    plan = matching.plan(round_)
    taken = {(plan.people[r].pk, plan.applications[p].pk) for r, p in plan.found.chances}
    free = [(a.pk, b.pk) for a in plan.people for b in plan.applications if (a.pk, b.pk) not in taken]
    free.remove((barred.assessor_id, barred.application_id))
    for pair in free:
        why, conflicts = plan.why_not(*pair)
        assert why.kind in ("worse", "as_good")
        assert why.total <= plan.found.total + 1e-9
        assert not conflicts
    assert all(plan.why_not(*pair) is None for pair in taken)


def test_what_is_assigned_already_is_told_beside_the_best_there_could_be(round_, officer):
    plan = matching.plan(round_)
    assert plan.done
    assert plan.found.total <= plan.found.bound + 1e-9
    assert sum(got for _who, got, _most in plan.loads()) == 10
    answers = [plan.why_not(a.pk, b.pk) for a in plan.people for b in plan.applications]
    assert sum(one is None for one in answers) == 10
    assert {why.kind for why, _conflicts in filter(None, answers)} <= {"worse", "as_good", "impossible"}
    assert matching.adopt(round_, officer, "total", None) == 0


def test_what_cannot_be_assigned_says_which_numbers_to_change(round_, officer, client_as):
    Review.objects.all().delete()
    Assessor.objects.filter(part="reviewer").update(load=1)
    assert matching.plan(round_).found.status == "infeasible"
    page = client_as("officer").get(reverse("round_assignment", args=[round_.pk])).content.decode()
    assert "the papers need a load of" in page
    with pytest.raises(ValidationError, match="cannot be done"):
        matching.adopt(round_, officer, "total", None)
    assert not Review.objects.exists()


def test_with_a_cap_it_is_drawn_and_what_is_lacking_is_assigned_later(round_, officer):
    Review.objects.all().delete()
    assert matching.adopt(round_, officer, "total", 0.6) == 10
    assert {Review.objects.filter(application=one).count() for one in round_.standing()} == {2}
    first = Review.objects.first()
    kernel.perform(first, "refuse", author(first), reason="No time.")
    assert matching.adopt(round_, officer, "total", None) == 1
    again = Review.objects.latest("pk")
    assert (again.application_id, again.assessor_id != first.assessor_id) == (first.application_id, True)


# Reviewing -----------------------------------------------------------------------------------------------------


def test_who_is_asked_gets_a_letter_and_an_account_without_a_role(round_, officer):
    row = somebody(round_, officer, "Asked", mail="asked@example.org")
    kernel.perform(row, "ask", officer)
    user = User.objects.get(email="asked@example.org")
    assert user.person_id == row.person_id
    assert not user.mandates.exists()
    assert not user.has_usable_password()
    assert Message.objects.filter(about=f"assessor:{row.pk}", state="drafted", recipient=user.email).count() == 1
    kernel.perform(row, "accept", actor_of(user, timezone.localdate()))
    assert Assessor.objects.get(pk=row.pk).confirmed_at
    with pytest.raises(kernel.Refused):
        kernel.perform(somebody(round_, officer, "Other"), "accept", actor_of(user, timezone.localdate()))


def test_a_review_is_written_by_criterion_and_handed_in_whole(round_, client_as):
    client = client_as_email("reviewer")
    row = Review.objects.filter(state="asked").first()
    url = reverse("write_review", args=[row.pk])
    page = client.get(url).content.decode()
    assert row.application.title in page
    assert "no text of an applicant may be judged by a machine" in page
    assert client.post(url, {"score-quality": "7", "score-plan": "4", "text": "x"}).status_code == 422
    client.post(url, {"score-quality": "4.5", "text": "Because"})
    assert Review.objects.get(pk=row.pk).scores == {"quality": 4.5}
    with pytest.raises(ValidationError, match="no score"):
        kernel.perform(row, "hand_in", author(row))
    client.post(url, {"score-quality": "4.5", "score-plan": "3", "text": "Because"})
    kernel.perform(row, "hand_in", author(row))
    assert client.get(url).status_code == 403
    assert client_as("client").get(url).status_code == 404
    others = Review.objects.exclude(assessor=row.assessor).first()
    assert client.get(reverse("detail", args=["reviews", others.pk])).status_code == 404


def client_as_email(email):
    from django.test import Client
    from tests.desk.cast import BACKEND

    client = Client()
    client.force_login(User.objects.get(email=f"{email}@demo.example"), backend=BACKEND)
    return client


@pytest.mark.parametrize(("blind", "hidden"), [(SINGLE, False), (REVIEWERS, True), (ALL, True)])
def test_names_and_documents_are_hidden_from_reviewers_as_the_round_says(round_, blind, hidden):
    AssessmentRound.objects.filter(pk=round_.pk).update(blindness=blind)
    row = Review.objects.filter(state="asked").first()
    application, client = row.application, client_as_email("reviewer")
    texts = [client.get(reverse(name, args=args)).content.decode() for name, args in (
        ("detail", ["reviews", row.pk]), ("write_review", [row.pk]), ("list", ["reviews"]), ("inbox", []),
    )]  # fmt: skip
    partner = application.partners.get()
    for secret in (str(application.lead), partner.organisation_name, application.organisation_name):
        assert any(secret in text for text in texts) != hidden, secret
    paper = reverse("review_paper", args=[row.pk, application.papers.first().pk])
    assert client.get(paper).status_code == (404 if hidden else 200)
    if not hidden:
        assert client.get(paper)["Content-Disposition"].startswith('attachment; filename="document-')
    assert client.get(reverse("detail", args=["applications", application.pk])).status_code == 404


def test_a_conflict_by_ones_own_word_shuts_the_application_at_once(round_):
    row = Review.objects.filter(state="asked").first()
    client = client_as_email("reviewer")
    client.post(reverse("do", args=["reviews", row.pk, "recuse"]), {"reason": ""})
    assert Review.objects.get(pk=row.pk).state == "refused"
    assert kinds(row.assessor, row.application) == {"declared"}
    assert client.get(reverse("detail", args=["reviews", row.pk])).status_code == 404
    assert row.application.title not in client.get(reverse("inbox")).content.decode()


# The panel -----------------------------------------------------------------------------------------------------


def test_a_recused_member_is_in_no_room_where_it_is_spoken_of(round_, officer):
    barred = Conflict.objects.get(assessor__part="panel", state="standing")
    round_ = met(round_, officer)
    recused, free = client_as_email("recused"), client_as_email("panel")
    url = reverse("round_panel", args=[round_.pk])
    assert barred.application.title in free.get(url).content.decode()
    assert barred.application.title not in recused.get(url).content.decode()
    assert len(seen.on_panel(round_, who("recused"))) == 4
    assert not Review.objects.filter(assessor=barred.assessor, application=barred.application).exists()
    Review.objects.create(assessor=barred.assessor, application=barred.application)
    assert Review.objects.visible_to(who("recused")).count() == 4


def test_the_panel_reads_reviews_without_their_authors(round_, officer):
    round_ = met(round_, officer)
    page = client_as_email("panel").get(reverse("round_panel", args=[round_.pk])).content.decode()
    for assessor in round_.assessors.exclude(person=who("panel").person):
        assert str(assessor.person) not in page
    assert "the exchange of visits is worth its money" in page
    assert client_as_email("reviewer").get(reverse("round_panel", args=[round_.pk])).status_code == 404


def test_scores_of_those_who_assessed_make_the_ranking_exactly(round_, officer, client_as):
    met(round_, officer)
    first, *rest = round_.standing()
    given = zip(Review.objects.filter(application=first, assessor__part="panel"), (3, 4, 4), strict=True)
    for review, plan in given:
        write(review, 4, plan)
    for review in Review.objects.filter(application__in=rest, assessor__part="panel"):
        write(review, 4, 3)
    kernel.perform(round_, "close", officer)
    place = next(one for one in ranking.ranking(round_.call).places if one.row == first)
    assert place.scored.total == 4 + Fraction(3, 2) * Fraction(11, 3)
    assert place.row.judged.assessors == 3
    page = client_as("officer").get(reverse("ranking", args=[round_.call_id])).content.decode()
    assert "3 assessors" in page
    assert f'name="score-{first.pk}-plan"' not in page
    with pytest.raises(ValidationError, match="come from those"):
        ranking.write_scores(first, officer, {"plan": 5})


def test_means_are_exact_and_leave_out_who_gave_none():
    plan = Call.objects.get(title__contains="winter").pack.assessment
    assert means(plan, [{"plan": 3}, {"plan": 4}, {"plan": 4, "quality": 2}]) == {"quality": 2, "plan": Fraction(11, 3)}


def test_a_conflict_that_comes_up_after_closing_shuts_the_gate(round_, officer):
    round_ = assessed(round_, officer)
    application = round_.standing().first()
    member = round_.assessors.filter(part="panel", person=who("panel").person).get()
    assert reviewing.stands_against(round_.call) is None
    finding.declare(member, application, officer, "Told us today.")
    assert "came up after" in reviewing.stands_against(round_.call)
    kernel.perform(round_, "reopen", officer, reason="A conflict.")
    assert "not closed" in reviewing.stands_against(round_.call)
    kernel.perform(round_, "close", officer)
    assert reviewing.stands_against(round_.call) is None
    assert Application.objects.get(pk=application.pk).judged.assessors == 2


# Lots and the release ------------------------------------------------------------------------------------------


def test_lots_among_those_tied_at_the_line_are_drawn_again_by_a_stranger(round_, officer, client_as, tmp_path):
    """Money for three of five at 150,000 each, and the second to fourth are equal."""
    stranger = client_as("visitor")
    before = stranger.get(reverse("lots_file", args=[round_.call_id])).json()
    assert set(before) == {"commitment"}
    round_ = assessed(round_, officer, plans=(5, 4, 4, 4, 2))
    tied = {str(one.pk) for one in ranking.tied_at_line(round_.call)}
    assert len(tied) == 3
    kernel.perform(round_, "draw", officer)
    drawn = AssessmentRound.objects.get(pk=round_.pk).lots["order"]
    places = ranking.ranking(Call.objects.get(pk=round_.call_id)).places
    assert [str(one.row.pk) for one in places[1:4]] == drawn
    assert [one.funded for one in places] == [True, True, True, False, False]
    with pytest.raises(ValidationError, match="drawn already"):
        kernel.perform(round_, "draw", officer)
    assert set(stranger.get(reverse("lots_file", args=[round_.call_id])).json()) == {"commitment"}
    Call.objects.filter(pk=round_.call_id).update(state="decided")
    log = stranger.get(reverse("lots_file", args=[round_.call_id])).json()
    assert log["commitment"] == before["commitment"]
    (tmp_path / "lots.json").write_text(json.dumps(log))
    command = ["allocation", "lots", str(tmp_path / "lots.json"), "--commitment", before["commitment"]]
    again = json.loads(CliRunner().invoke(udsyn, command, catch_exceptions=False).stdout)
    assert again == {"holds": True, "faults": []}
    assert set(log["list"]) == tied
    assert round_.seed not in stranger.get(reverse("open_call", args=[round_.call_id])).content.decode()


def test_a_dear_one_among_equals_takes_part_in_the_lots_too(round_, officer):
    """Three tie for 300,000; one of them asks 290,000 and fits with none of the others. Lots decide among all three."""
    row = list(round_.standing())[2]
    Application.objects.filter(pk=row.pk).update(sealed_case={**row.sealed_case, "amount": 290_000})
    round_ = assessed(round_, officer, plans=(5, 4, 4, 4, 2))
    assert row in ranking.tied_at_line(round_.call)
    kernel.perform(round_, "draw", officer)
    assert ranking.tied_at_line(Call.objects.get(pk=round_.call_id)) == []


def test_lots_are_drawn_among_those_whose_interval_holds_the_line(round_, officer, client_as):
    """No two have equal scores, and the panel has not told the second from its neighbours."""
    call = round_.call
    text = call.pack_text.replace("draws: lots", "draws: interval_lots")
    assert text != call.pack_text
    Call.objects.filter(pk=call.pk).update(pack_text=text, money=300_000)
    call.versions.update(pack_text=text)
    grades = ((5, 5, 5), (4, 3, 5), (3, 5, 3.9), (5, 3, 3.8), (1, 1, 1))
    met(round_, officer)
    for row, given in zip(round_.standing(), grades, strict=True):
        for review, grade in zip(Review.objects.filter(application=row, assessor__part="panel"), given, strict=False):
            write(review, 4, grade)
    kernel.perform(round_, "close", officer)
    round_, call = AssessmentRound.objects.get(pk=round_.pk), Call.objects.get(pk=call.pk)
    before = ranking.ranking(call).places
    ranks = {one.id: one for one in reviewing.expected(round_)}
    line = sorted(one.rank for one in ranks.values())[1]
    by_hand = {key for key, one in ranks.items() if one.low <= line <= one.high}
    assert 1 < len(by_hand) < 5
    tied = {str(one.pk) for one in ranking.tied_at_line(call)}
    assert tied == by_hand
    kernel.perform(round_, "draw", officer)
    after = ranking.ranking(Call.objects.get(pk=call.pk)).places
    order = AssessmentRound.objects.get(pk=round_.pk).lots["order"]
    assert [str(one.row.pk) for one in after if str(one.row.pk) in tied] == order
    assert sum(one.funded is True for one in after) == 2
    assert {one.row.pk for one in after} == {one.row.pk for one in before}
    page = client_as("officer").get(reverse("ranking", args=[call.pk])).content.decode()
    assert "Expected rank" in page
    assert "holds the provisional line" in page


def test_nothing_is_released_before_the_round_is_closed_and_reasons_leave_with_all_letters(round_, officer, actor_as):
    call = round_.call
    outcomes = {
        row.pk: ("award", "", "") if n < 2 else ("decline", "C1", "Canary words")
        for n, row in enumerate(round_.standing())
    }
    ranking.write_outcomes(call, officer, outcomes)
    with pytest.raises(ValidationError, match="not closed"):
        kernel.perform(call, "release", officer)
    assessed(round_, officer)
    letters = Message.objects.count()
    proposal = kernel.perform(call, "release", officer)
    with pytest.raises(kernel.Refused):
        kernel.decide(proposal, officer, confirm=True)
    declined = list(round_.standing())[2]
    lead = Actor(name="lead", person=declined.lead_id)
    assert reviewing.told(declined) == []
    kernel.decide(proposal, actor_as("officer2"), confirm=True)
    assert Message.objects.count() == letters + 5
    declined = Application.objects.get(pk=declined.pk)
    assert declined.state == "declined"
    texts = reviewing.told(declined)
    assert "Because." in texts
    assert lead.can("view", declined)
    kernel.perform(declined, "note_appeal_declined", officer, reason="A letter.")
    assert Application.objects.get(pk=declined.pk).appealed_on == timezone.localdate()


def test_the_ledger_tells_an_applicant_nothing_of_who_assesses(round_, officer):
    round_ = assessed(round_, officer)
    application = round_.standing().first()
    lead = Actor(name="lead", person=application.lead_id)
    lines = Entry.objects.visible_to(lead).filter(
        kind__in=("assessmentround", "assessor", "conflict", "review", "assessed")
    )
    assert not lines.exists()
