"""Technology offers at the desk: anonymous where the rules say so, known to all, answered through a request."""

from __future__ import annotations

import html

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.commands import Refused
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.parties.models import Country, Organisation
from udsyn.desk.rooms.service.models import Candidate, Introduction, Request
from udsyn.desk.rooms.service.states import OPEN
from udsyn.desk.rooms.technology import offers
from udsyn.desk.rooms.technology.models import Interest, Offer
from udsyn.desk.rooms.technology.room import ROOM
from udsyn.desk.tools import imports
from udsyn.desk.tools.columns import Reading
from udsyn.evidence.technology.offers import Profile, match
from udsyn.world.desk.technology import INVENTED, ROWS

pytestmark = pytest.mark.django_db
SECRET = "adviser.secret@example.org"


@pytest.fixture
def made(actor_as):
    """Make an offer of Korea, known to all."""

    def make(**fields):
        values = {"kind_of": "offer", "title": "Tidal membrane", "text": "A membrane for brine.", "contact": SECRET}
        row = Offer(**{**values, "country": Country.objects.get(code="KR"), **fields})
        kernel.save(row, actor_as("attache"))
        kernel.perform(row, "open", actor_as("attache"))
        return Offer.objects.get(pk=row.pk)

    return make


@pytest.fixture
def case(actor_as):
    found = Request.objects.visible_to(actor_as("attache"), "change").filter(state__in=OPEN)
    return next(row for row in found if row.partner.code == "KR")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"text": "Write to me@firm.example"}, "text"),
        ({"text": "See https://firm.example/x"}, "text"),
        ({"text": "see www.firm.example"}, "text"),
        ({"text": "Protected by EP 1234567 B1."}, "text"),
        ({"title": "The cell of US10494607"}, "title"),
        ({"patents": "EP-1234567-B1"}, "patents"),
        ({"organisation": True}, "organisation"),
        ({"number": ""}, "number"),
    ],
)
def test_a_profile_of_the_network_names_nobody(made, fields, field):
    if fields.get("organisation"):
        fields = {"organisation": Organisation.objects.first()}
    with pytest.raises(ValidationError) as refused:
        made(**{"source": "een", "number": "TOKR20260101001", **fields})
    assert field in refused.value.message_dict
    if field not in ("number", "organisation"):
        made(**fields)  # anybody else may


@pytest.mark.parametrize("fields", [{"classes": "C25"}, {"classes": "C25B1/04\nrubbish"}, {"patents": "a patent"}])
def test_classes_and_numbers_are_read(made, fields):
    with pytest.raises(ValidationError):
        made(**fields)
    assert made(classes="c25b 1/04\n\nH01M").classes == "C25B1/04\nH01M"


def test_everybody_reads_what_is_open_and_nobody_outside_whose_it_is(made, client_as):
    row = made(organisation=Organisation.objects.first(), note="Hush, secretly.")
    for path in (reverse("technology"), reverse("technology_with", args=["KR"])):
        assert reverse("technology_offer", args=[row.pk]) in client_as("visitor").get(path).content.decode()
    for role in ("visitor", "client"):
        text = client_as(role).get(reverse("technology_offer", args=[row.pk])).content.decode()
        assert "A membrane for brine." in text
        assert "Ask a centre about it" in text
        for hidden in (SECRET, row.organisation.name, "Hush"):
            assert hidden not in text
    detail = client_as("client").get(reverse("detail", args=["technology-offers", row.pk])).content.decode()
    assert SECRET not in detail
    assert SECRET in client_as("attache").get(reverse("detail", args=["technology-offers", row.pk])).content.decode()
    Offer.objects.filter(pk=row.pk).update(expires=timezone.localdate() - timezone.timedelta(days=1))
    assert client_as("visitor").get(reverse("technology_offer", args=[row.pk])).status_code == 404


def test_an_answer_makes_its_owner_a_candidate_once(made, client_as, actor_as, case):
    owner = Organisation.objects.create(name="Ganghwa Tides", country=Country.objects.get(code="KR"))
    row = made(organisation=owner)
    path = reverse("technology_answer", args=[row.pk])
    answer = client_as("attache").post(path, {"request": case.pk})
    assert answer.url == reverse("detail", args=["requests", case.pk]) + "#candidates"
    one = Candidate.objects.get(request=case, name="Ganghwa Tides")
    assert (one.institution, one.email, one.state, one.country.code) == ("Ganghwa Tides", SECRET, "found", "KR")
    assert "Tidal membrane" in one.reasons[0]
    again = client_as("attache").post(path, {"request": case.pk}, follow=True).content.decode()
    assert "It is answered in this request already." in again
    assert Candidate.objects.filter(request=case, name="Ganghwa Tides").count() == 1
    assert client_as("auditor").post(path, {"request": case.pk}).status_code == 404
    with pytest.raises(Refused):
        offers.answer(row, case, actor_as("client"))
    assert Interest.objects.visible_to(actor_as("other_attache")).filter(offer=row).count() == 0


def test_nobody_is_introduced_for_an_offer_of_an_unknown_owner(made, actor_as, case):
    row = made(source="een", number="TOKR20260101001")
    offers.answer(row, case, actor_as("attache"))
    one = Candidate.objects.get(request=case, name="TOKR20260101001")
    introduction = Introduction(candidate=one, client_yes_at=timezone.now())
    introduction.save()
    Candidate.objects.filter(pk=one.pk).update(state="chosen")
    introduction.refresh_from_db()
    assert ("security", offers.unknown_owner) in ROOM.gates
    assert "ask its adviser" in str(offers.unknown_owner(introduction))
    one.refresh_from_db()
    one.institution = "Ganghwa Tides"
    one.save()
    assert offers.unknown_owner(Introduction.objects.get(pk=introduction.pk)) is None


def test_what_fits_is_told_with_reasons_on_the_page(client_as):
    row = Offer.objects.get(title__startswith="Solid oxide electrolysis stack")
    text = html.unescape(
        client_as("attache").get(reverse("detail", args=["technology-offers", row.pk])).content.decode()
    )
    assert "Electrolysis cells for a hydrogen plant" in text
    assert "C25B9/23 – C25B9: the same group" in text
    assert "the country is looked for" in text
    assert "as far as is wanted" in text
    assert "Coating that keeps fuel cells" not in text, "an offer is no answer to an offer"


def test_offers_come_from_a_spreadsheet_and_go_again(actor_as):
    actor, resource = actor_as("officer"), RESOURCES["offer"]
    lines = (
        "kind,title,text,country,CPC,source,reference,adviser,expires on",
        "technology offer,Kelp fibre,Fibre,KR,D01F9/00,Enterprise Europe Network,TOKR0505001,a@example.org,2031-01-31",
        "technology request,Glue,Ask b@c.example,DK,,Enterprise Europe Network,TRDK0505001,c@example.org,2031-01-31",
    )
    taken = imports.look("een.csv", "\n".join(lines).encode(), resource, actor)
    assert not Offer.objects.filter(number__endswith="0505001").exists(), "a dry run stores nothing"
    with pytest.raises(ValidationError, match="1 rows have problems"):
        imports.store(taken, actor)  # the second one says whose it is
    imports.reread(taken, Reading(**{**taken.reading, "leave_out": True}), actor)
    imports.store(taken, actor)
    (row,) = Offer.objects.filter(number__endswith="0505001")
    assert (row.title, row.country.code, row.classes, row.state) == ("Kelp fibre", "KR", "D01F9/00", "drafted")
    taken.refresh_from_db()
    imports.undo(taken, actor)
    assert not Offer.objects.filter(number__endswith="0505001").exists()


def test_no_mark_of_the_demonstration_is_a_word_that_its_offers_share():
    profiles = [
        Profile(n, kind, title, text, country)
        for n, ((kind, country, _looks_for, title), text, *_) in enumerate(ROWS, 1)
    ]
    words = {word.lower().strip(".") for word in INVENTED.split()} - {"for", "the"}
    shared = {term for one in profiles for found in match(one, profiles) for term in found.terms}
    assert shared, "electrolysis answers electrolysis"
    assert not words & {word for term in shared for word in term.split()}
