"""Reports from abroad: who reads which, who is told of what, and that nothing is told twice or to the wrong reader."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.desk.cast import ROLES

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.models import Message

pytestmark = pytest.mark.django_db

#: who reads a published report by its audience, said by hand
READS = {
    "country": {"officer", "auditor", "administrator", "attache", "assistant"},  # the advisor serves another
    "colleagues": {"officer", "auditor", "administrator", "attache", "advisor", "assistant"},
    "followers": {"officer", "auditor", "administrator", "attache", "advisor", "assistant", "client"},
    "everybody": {"officer", "auditor", "administrator", "attache", "advisor", "assistant", "client", "visitor"},
}


@pytest.fixture
def report(actor_as):
    """One of the attaché in Seoul, still being written."""
    from udsyn.desk.rooms.knowledge import commands
    from udsyn.desk.rooms.knowledge.models import Report
    from udsyn.desk.rooms.parties.models import Country

    korea = Country.objects.get(code="KR")
    return commands.write(
        Report(title="Kæmpe gennembrud i brint", country=korea, text="Om elektrolyse.", themes="Brint"),
        actor_as("attache"),
    )


def readers(report, client_as) -> set[str]:
    address = reverse("report_read", args=[report.pk])
    found = {role for role in ROLES if ROLES[role] and client_as(role).get(address).status_code == 200}
    return found | ({"visitor"} if Client().get(address).status_code == 200 else set())


@pytest.mark.parametrize("audience", READS)
def test_who_reads_it_is_as_its_author_chose(audience, report, client_as, actor_as):
    report.audience = audience
    kernel.save(report, actor_as("attache"))
    assert readers(report, client_as) == set(), "nobody reads what is being written"
    kernel.perform(report, "publish", actor_as("attache"))
    assert readers(report, client_as) & READS["everybody"] == READS[audience]
    kernel.perform(report, "withdraw", actor_as("attache"))
    assert readers(report, client_as) == set(), "nor what was withdrawn"


@pytest.mark.parametrize(("role", "name"), list(product(("client", "advisor", "assistant"), ("publish", "withdraw"))))
def test_nobody_else_publishes_or_withdraws_it(role, name, report, actor_as):
    if name == "withdraw":
        kernel.perform(report, "publish", actor_as("attache"))
    with pytest.raises(PermissionDenied):
        kernel.perform(report, name, actor_as(role))


def test_a_client_writes_no_report(actor_as):
    from udsyn.desk.rooms.knowledge import commands
    from udsyn.desk.rooms.knowledge.models import Report
    from udsyn.desk.rooms.parties.models import Country

    with pytest.raises(PermissionDenied):
        commands.write(Report(title="x", country=Country.objects.get(code="KR"), text="y"), actor_as("client"))


@pytest.fixture
def follows(actor_as):
    from udsyn.desk.rooms.knowledge import commands
    from udsyn.desk.rooms.knowledge.models import Following, Report
    from udsyn.desk.rooms.parties.models import Country

    Following.objects.all().delete()
    Report.objects.update(told_at=timezone.now())

    def follow(role: str, country: str = "", words: str = "") -> Following:
        row = Following(country=Country.objects.filter(code=country).first(), words=words)
        return commands.follow(row, actor_as(role))

    return follow


def told() -> list[str]:
    from udsyn.desk.rooms.knowledge import commands

    before = set(Message.objects.values_list("pk", flat=True))
    outcome = commands.tell()
    assert outcome["failed"] == []
    return [mail.recipient for mail in Message.objects.exclude(pk__in=before)]


@pytest.mark.parametrize(
    ("country", "words", "hears"),
    [("KR", "", True), ("", "brint", True), ("", "BRINT\nkvante", True), ("JP", "", False), ("KR", "kvante", False)],
)
def test_whoever_follows_is_told_once_of_what_fits(country, words, hears, report, follows, actor_as, user_of):
    follows("client", country, words)
    report.audience = "followers"
    kernel.save(report, actor_as("attache"))
    kernel.perform(report, "publish", actor_as("attache"))
    assert told() == ([user_of("client").email] if hears else [])
    assert told() == []


@pytest.mark.parametrize("audience", ["colleagues", "country"])
def test_nobody_is_told_of_what_they_may_not_read(audience, report, follows, actor_as):
    follows("client", "KR")
    report.audience = audience
    kernel.save(report, actor_as("attache"))
    kernel.perform(report, "publish", actor_as("attache"))
    assert told() == []


def test_nobody_is_told_of_what_was_published_before_they_followed(report, follows, actor_as):
    from udsyn.desk.rooms.knowledge.models import Following

    report.audience = "everybody"
    kernel.save(report, actor_as("attache"))
    kernel.perform(report, "publish", actor_as("attache"))
    row = follows("client", "KR")
    Following.objects.filter(pk=row.pk).update(since=timezone.now() + dt.timedelta(seconds=1))
    assert told() == []


def test_following_nothing_is_refused_in_words(follows):
    with pytest.raises(ValidationError, match="Name a country, or words, or both"):
        follows("client")


def test_a_report_for_everybody_is_found_by_everybody_and_stands_on_the_partners_page(report, actor_as):
    report.audience = "everybody"
    kernel.save(report, actor_as("attache"))
    for address in (reverse("find_public") + "?q=gennembrud+KAEMPE", reverse("partner_country", args=["KR"])):
        assert "Kæmpe gennembrud" not in Client().get(address).content.decode()
    kernel.perform(report, "publish", actor_as("attache"))
    for address in (
        reverse("find_public") + "?q=gennembrud+KAEMPE",
        reverse("partner_country", args=["KR"]),
        reverse("reports") + "?country=KR&q=brint",
    ):
        assert "Kæmpe gennembrud" in Client().get(address).content.decode(), address
