"""What everybody sees: all that a ministry's page said on 17 July 2019, with its date and in both languages."""

from __future__ import annotations

import datetime as dt
import json
import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from i18nfield.strings import LazyI18nString
from tests.desk.cast import BACKEND

from udsyn.desk.kernel import commands, search
from udsyn.desk.kernel.resources import doors
from udsyn.desk.rooms.parties.models import Person

pytestmark = pytest.mark.django_db

#: what that page said → where this site says it, and words that must stand there, in English and in Danish
SENTENCES = {
    "the goal is increased internationalisation": ("background", "more international", "mere international"),
    "a small part of the world's knowledge": (
        "home",
        "Denmark creates only a small part",
        "Danmark skaber kun en lille del",
    ),
    "access to knowledge for scientists and companies": (
        "home",
        "I am a researcher | I am a company",
        "Jeg er forsker | Jeg er en virksomhed",
    ),
    "access to knowledge contributes to growth": (
        "background",
        "helps researchers and companies to the knowledge there | growth at home",
        "hjælper forskere og virksomheder til den viden | vækst herhjemme",
    ),
    "the initiatives": (
        "background",
        "where both countries are strong | Innovation centres | Agreements | Growth advisors",
        "hvor begge lande er stærke | Innovationscentre | Aftaler | Vækstrådgivere",
    ),
    "agreements with eight countries, and what they are for": (
        "background",
        "Brazil | India | Israel | China | Japan | South Korea | Türkiye | United States | exchange of researchers",
        "Brasilien | Indien | Israel | Kina | Japan | Sydkorea | Tyrkiet | USA | workshopper og matchmaking",
    ),
    "a programme supports network activities": (
        "background",
        "Networks abroad | Calls for applications",
        "Netværk ude | Opslag",
    ),
    "innovation centres and their task": (
        "background",
        "Boston | Shanghai | Munich | Seoul | Tel Aviv | knowledge, networks, technology, funds and markets",
        "Palo Alto | Boston | Shanghai | München | Seoul | Tel Aviv | viden, netværk, teknologi, kapital og markeder",
    ),
    "each centre with its date, and one that was closed since": (
        "background",
        "last seen open | São Paulo | open until",
        "senest set åbent | São Paulo | åbent til",
    ),
    "an innovation attaché at each": ("background", "innovation attaché: ", "innovationsattaché: "),
    "growth advisors in Vietnam and South Africa": ("background", "Vietnam | South Africa", "Vietnam | Sydafrika"),
    "whom to write to, by function": (
        "background",
        "Whom to write to | About a country",
        "Hvem du kan skrive til | Om et land",
    ),
}


def text_of(name: str, language: str, *args: str) -> str:
    """A page's words as a visitor reads them."""
    with translation.override(language):
        address = reverse(name, args=args)
    answer = Client().get(address)
    assert answer.status_code == 200, address
    body = re.sub(r"<(script|style).*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_how_it_works_and_whom_to_write_to_stands_behind_every_door():
    behind = [{address for _label, address in pages} for _door, pages in doors()]
    assert [reverse("background") in addresses for addresses in behind] == [True, True, True]


@pytest.mark.parametrize("language", ["en", "da"])
def test_every_sentence_of_the_old_page_is_told(language):
    pages = {name: text_of(name, language).casefold() for name in ("home", "background")}
    said = {sentence: (name, words[language == "da"]) for sentence, (name, *words) in SENTENCES.items()}
    untold = {
        sentence: [word for word in words.casefold().split(" | ") if word not in pages[name]]
        for sentence, (name, words) in said.items()
    }
    assert {sentence: words for sentence, words in untold.items() if words} == {}


#: a year, and a whole day, as each language writes them
YEAR = r"\b(19|20)\d\d\b"
DAY = {"en": r"\d{1,2} [A-Z][a-z]+ 20\d\d", "da": r"\d{1,2}\. [a-z]+ 20\d\d"}


def plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def dated_parts(language: str) -> dict[str, tuple[str, list[str]]]:
    """Each part of the page of how it works: its heading → what stands before its rows, and its rows."""
    with translation.override(language):
        page = Client().get(reverse("background")).content.decode()
    parts = {"": (plain(page[page.index('<p class="lead">') : page.index("<section")]), [])}
    for part in re.findall(r'<section class="card".*?</section>', page, flags=re.DOTALL):
        rows = re.findall(r"<li\b.*?</li>|<tr><td.*?</tr>", part, flags=re.DOTALL)
        intro = re.split(r"<ul|<div", part, maxsplit=1)[0]
        parts[re.search(r"<h2>(.*?)</h2>", part)[1]] = (plain(intro), [plain(row) for row in rows])
    return parts


@pytest.mark.parametrize("language", ["en", "da"])
def test_every_statement_of_the_page_has_its_date(language):
    parts = dated_parts(language)
    assert len(parts) == 7, "its lead, agreements, centres, advisors, programmes, agreements on visitors, contacts"
    undated = {
        heading: [row for row in rows if not re.search(YEAR, row)]
        for heading, (intro, rows) in parts.items()
        if not re.search(DAY[language], intro)
    }
    assert {heading: rows for heading, rows in undated.items() if rows} == {}
    dated = [heading for heading, (intro, _rows) in parts.items() if re.search(DAY[language], intro)]
    assert len(dated) == 2, "for the goal and for whom to write to, the page's own day"


@pytest.mark.parametrize("language", ["en", "da"])
def test_people_in_posts_are_told_with_the_day_since_which_they_hold_them(language):
    from udsyn.desk.rooms.posts.models import Posting

    (centres,) = (rows for heading, (_i, rows) in dated_parts(language).items() if heading.startswith("Innovation"))
    held = Posting.objects.get(post__centre__slug="munich", ends__gte=timezone.localdate())
    told = next(row for row in centres if str(held.person) in row)
    said = {"en": f"{held.person}, since ", "da": f"{held.person}, siden "}[language]
    assert re.search(re.escape(said) + DAY[language], told)
    Posting.objects.filter(pk=held.pk).update(ends=timezone.localdate() - dt.timedelta(days=1))
    parts = dated_parts(language)
    assert not [row for _i, rows in parts.values() for row in rows if str(held.person) in row], "who left is not named"
    vacant = {"en": "vacant, held until ", "da": "ubesat, besat til "}[language]
    assert any(re.search(vacant + DAY[language], row) for _i, rows in parts.values() for row in rows)


@pytest.mark.parametrize(("language", "said"), [("en", "last changed on "), ("da", "senest ændret den ")])
def test_a_programme_is_told_with_its_last_change_and_its_call(language, said):
    from udsyn.desk.rooms.programmes.models import Call

    call = Call.objects.filter(state="published").exclude(closes_at=None).latest("closes_at")
    with translation.override(language):
        title, programme = str(call), str(call.programme)
    (row,) = (row for _i, rows in dated_parts(language).values() for row in rows if row.startswith(programme))
    assert re.search(said + DAY[language], row)
    ends = {"en": "(closes|closed) ", "da": "(lukker|lukket) "}[language]
    assert re.search(re.escape(title) + " , " + ends + DAY[language], row)


def test_an_agreement_is_told_with_its_date_and_one_that_is_confidential_is_not():
    from udsyn.desk.rooms.cooperation.models import Agreement

    told = Agreement.objects.get(country__code="KR", title__contains="Green Growth")
    assert "15 May 2012" in text_of("background", "en")
    assert "Green Growth" in text_of("partner_country", "en", "KR")
    Agreement.objects.filter(pk=told.pk).update(confidential=True)
    for page in (text_of("background", "en"), text_of("partner_country", "en", "KR"), found("green growth")):
        assert "Green Growth Alliance" not in page


@pytest.mark.parametrize("state", ["exploring", "negotiating", "clearance", "text_agreed"])
def test_what_is_not_signed_is_told_to_nobody(state):
    from udsyn.desk.rooms.cooperation.models import Agreement

    Agreement.objects.filter(country__code="BR").update(state=state)
    assert "Memorandum of Understanding on higher education" not in text_of("background", "en")
    assert "No agreement stands between the two today." in text_of("partner_country", "en", "BR")


def found(question: str) -> str:
    answer = Client().get(reverse("find_public"), {"q": question})
    assert answer.status_code == 200
    return unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.mark.parametrize(
    ("question", "hit"),
    [
        ("korea south", "South Korea"),
        ("SYDKOREA", "South Korea"),
        ("turkiye", "Türkiye"),
        ("innovation seoul centre", "Innovation Centre Denmark Seoul"),
        ("autumn networks", "Networks, autumn call"),
    ],
)
def test_the_search_for_everybody_reads_any_order_any_language_and_no_accents(question, hit):
    assert hit in found(question)


def test_the_search_says_what_to_do_where_nothing_is_found():
    assert "Try fewer words" in found("xyzzy")


def test_what_is_open_stands_on_the_front_page_until_its_last_second():
    from udsyn.desk.rooms.overview import showing
    from udsyn.desk.rooms.programmes.models import Call

    call = Call.objects.filter(state="published").exclude(closes_at=None).first()
    for shift, there in ((-1, True), (0, True), (1, False)):
        now = call.closes_at + dt.timedelta(seconds=shift)
        assert (str(call) in [one.title for one in showing.open_now(now)]) is there


def test_a_room_that_fails_hides_no_other(monkeypatch):
    from udsyn.desk.kernel.rooms import Room, rooms
    from udsyn.desk.rooms.overview import showing

    def broken():
        raise ValueError("a row that nobody can read")

    monkeypatch.setattr(showing, "rooms", lambda: (Room("broken", shows=(broken,)), *rooms()))
    assert [one for one in showing.shown() if one.title == "South Korea"]


def test_the_feed_says_what_is_open_and_until_when():
    from udsyn.desk.rooms.programmes.models import Call

    call = Call.objects.filter(state="published", closes_at__gte=timezone.now()).first()
    feed = Client().get(reverse("open_feed")).content.decode()
    assert feed.startswith("<?xml")
    assert str(call) in feed
    assert timezone.localtime(call.closes_at).strftime("%Y-%m-%d %H:%M") in feed


def data_of(address):
    """What a page says to programs."""
    page = Client().get(address).content.decode()
    (said,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, flags=re.DOTALL)
    return json.loads(said)


def test_pages_for_everybody_say_to_programs_what_they_are_about():
    from udsyn.desk.rooms.cooperation.models import Agreement
    from udsyn.desk.rooms.events.models import Event
    from udsyn.desk.rooms.posts.models import Centre
    from udsyn.desk.rooms.programmes.models import Call

    assert data_of(reverse("home"))["potentialAction"]["target"].endswith("/find/?q={search_term_string}")
    Centre.objects.filter(slug="seoul").update(opened=dt.date(2013, 1, 1), opened_precision="year", email="")
    centre = data_of(reverse("centre", args=["seoul"]))
    assert (centre["@type"], centre["address"]["addressCountry"]) == ("GovernmentOffice", "KR")
    assert centre["foundingDate"] == "2013", "no more of a date than is known"
    assert "email" not in centre, "what nobody knows is left out"
    event = Event.objects.filter(public=True, state="open").first()
    Event.objects.filter(pk=event.pk).update(title=LazyI18nString({"en": "</script><b>Sea & wind", "da": "Hav"}))
    said = data_of(reverse("event", args=[event.pk]))
    assert (said["@type"], said["name"], said["startDate"]) == (
        "Event", "</script><b>Sea & wind", event.first_day.isoformat()
    )  # fmt: skip
    call = Call.objects.filter(state="published", closes_at__isnull=False).first()
    until = data_of(reverse("open_call", args=[call.pk]))["hoursAvailable"]["validThrough"]
    assert dt.datetime.fromisoformat(until) == call.closes_at.replace(microsecond=0)
    Agreement.objects.filter(country__code="KR", confidential=False).update(confidential=True)
    partner = data_of(reverse("partner_country", args=["KR"]))
    assert partner["about"] == {"@type": "Country", "name": "South Korea", "identifier": "KR"}
    assert "mentions" not in partner, "of what is confidential nothing is said"


def test_a_shared_page_brings_its_picture_and_a_colleagues_page_none(client_as, monkeypatch):
    assert "og:image" not in Client().get(reverse("home")).content.decode(), "seen from here alone"
    monkeypatch.setattr(settings, "ADDRESS", urlsplit("https://desk.example.org"))
    for page in (reverse("home"), reverse("partner_country", args=["KR"])):
        (picture,) = re.findall(
            r'<meta property="og:image" content="https://desk.example.org(/[^"]+)">',
            Client().get(page).content.decode(),
        )
        assert finders.find(picture.removeprefix(settings.STATIC_URL))
    assert "og:image" not in client_as("officer").get(reverse("home")).content.decode()


def test_no_page_for_everybody_shows_a_share_of_fewer_than_five():
    from udsyn.desk.rooms.service.models import Introduction, Request

    Introduction.objects.all().delete()
    Request.objects.exclude(pk__in=Request.objects.values("pk")[:4]).delete()
    assert "Nothing can be shown yet" in text_of("results", "en")


def test_centres_stand_side_by_side_with_a_cell_for_each_figure_of_each():
    from udsyn.desk.rooms.service.models import Request

    page = Client().get("/en/results/").content.decode()
    table = page[page.index('<table class="stack">') : page.index("</table>")]
    cities = re.findall(r'<th scope="col"><a href="/en/abroad/[\w-]+/">([^<]+)</a>', table)
    assert len(cities) > 4
    cells = {}
    for line in table[table.index("<tbody>") :].split("<tr>")[1:]:
        label = re.match(r"<td>([^<]+)</td>", line)[1]
        assert re.findall(r'data-label="([^"]+)"', line) == cities, label
        held = re.findall(r"<td data-label[^>]*>(.*?)</td>", line, re.DOTALL)
        cells[label] = [re.sub(r"<[^>]+>", "", cell).strip() for cell in held]
    assert list(cells)[:2] == ["Requests received", "Taken up"]
    begun = timezone.localdate() - dt.timedelta(days=365)
    for city, shown in zip(cities, cells["Requests received"], strict=True):
        assert int(shown) == Request.objects.filter(centre__city=city, received__gte=begun).count(), city
    assert all(re.match(r"\d+ of \d+ |fewer than five", cell) for cell in cells["Taken up"])


def test_a_city_has_its_name_in_the_readers_language_and_stands_in_a_sheet_as_it_was_typed(client_as):
    read = client_as("officer").get
    assert '<td data-label="By">München</td>' in read("/da/desk/centres/").content.decode()
    assert '<td data-label="City">Munich</td>' in read("/en/desk/centres/").content.decode()
    assert ",Munich," in read("/da/desk/centres/export.csv").content.decode()


# Finding one's way ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["officer", "attache", "advisor", "assistant", "auditor", "administrator", "client"])
def test_no_menu_has_more_than_seven_entries_and_every_list_is_reached(role, client_as, user_of):
    page = client_as(role).get(reverse("home")).content.decode()
    menu = page[page.index("<nav") : page.index("</nav>")]
    top = len(re.findall(r"<li>(?:<a|<details)", re.sub(r"<details><summary>.*?</details>", "<details", menu)))
    assert 2 <= top <= 7
    from udsyn.desk.kernel.permissions import actor_of
    from udsyn.desk.kernel.resources import RESOURCES

    actor = actor_of(user_of(role), timezone.localdate())
    lists = [r.list_url for r in RESOURCES.values() if r.menu and r.model.rules["view"].possible(actor)]
    assert [url for url in lists if actor.mandates and url not in menu] == []


def test_a_page_is_reached_by_its_name_and_without_a_script(client_as):
    officer = client_as("officer")
    assert officer.get(reverse("search"), {"q": "› deadlines"}).url == reverse("deadlines")
    assert officer.get(reverse("search"), {"q": "› new agreement"}).url == reverse("create", args=["agreements"])
    assert {"label": "", "value": "› Deadlines"} in officer.get(reverse("going"), {"q": "dead"}).json()


def test_nobody_is_led_to_a_page_that_is_not_theirs(client_as):
    client = client_as("client")
    assert client.get(reverse("going"), {"q": "deadlines"}).json() == []
    assert client.get(reverse("search"), {"q": "› deadlines"}).status_code == 200


def test_what_was_seen_last_is_offered_and_only_while_it_is_seen(client_as, user_of):
    from udsyn.desk.kernel.resources import RESOURCES
    from udsyn.desk.rooms.cooperation.models import Agreement

    row = Agreement.objects.filter(confidential=False).first()
    officer = client_as("officer")
    officer.get(RESOURCES["agreement"].url(row))
    for name in ("home", "search"):
        assert "Seen last" in officer.get(reverse(name)).content.decode()
    other = client_as("client")
    other.cookies["seen"] = f"mandates.1_agreements.{row.pk}_nothing.here_agreements.x"
    Agreement.objects.filter(pk=row.pk).update(confidential=True)
    assert "Seen last" not in other.get(reverse("search")).content.decode()


@pytest.fixture
def home_of(db):
    """The start page of an account, by the name in its address."""
    from udsyn.desk.rooms.parties.models import User

    def enter(name):
        client = Client()
        client.force_login(User.objects.get(email=f"{name}@demo.example"), backend=BACKEND)
        return client.get(reverse("home")).content.decode()

    return enter


WHOSE = {"client": "your requests", "reviewer": "reviews handed in", "attache.seoul": "requests received"}


@pytest.mark.parametrize("name", WHOSE)
def test_each_of_them_finds_the_number_that_matters_with_its_picture(name, home_of):
    told = rf'<dt>{WHOSE[name]}</dt><dd><a href="[^"]+">\d+</a></dd></div></dl>\s*<svg'
    assert re.search(told, home_of(name))


def test_whoever_applies_finds_how_many_of_their_applications_are_handed_in(home_of):
    from udsyn.desk.rooms.parties.models import User
    from udsyn.desk.rooms.programmes.models import Application

    person = User.objects.get(email="institution@demo.example").person
    assert "applications handed in" not in home_of("institution")
    rows = Application.objects.filter(state__in=("draft", "awarded"))
    chosen = [rows.filter(state="draft")[0].pk, *rows.filter(state="awarded").values_list("pk", flat=True)[:2]]
    rows.filter(pk__in=chosen).update(lead=person)
    page = home_of("institution")
    assert re.search(r'<dt>applications handed in</dt><dd><a href="[^"]+">2</a></dd></div></dl>\s*<svg', page)
    assert "of 3 that you began" in page


def test_who_asked_for_nothing_has_no_number_and_reads_no_zero(home_of):
    from udsyn.desk.rooms.assessment.models import Review
    from udsyn.desk.rooms.service.models import Request

    Request.objects.update(received=dt.date(2001, 1, 1))
    Review.objects.update(state="refused")
    assert WHOSE["client"] not in home_of("client")
    assert WHOSE["reviewer"] not in home_of("reviewer")


@pytest.mark.parametrize(
    "question",
    [
        *("Søren Grønbæk-Åse", "Grønbæk-Åse, Søren", "gronbaek-ase SOREN", "Soeren Groenbaek-Aase"),
        *("0000-0002-1825-0097", "https://orcid.org/0000-0002-1825-0097", "“Grønbæk-Åse” (Søren)"),
    ],
)
def test_the_search_reads_a_name_in_both_orders_any_spelling_and_by_its_id(question, actor_as, client_as):
    officer = actor_as("officer")
    commands.save(Person(given_name="Søren", family_name="Grønbæk-Åse", orcid="0000-0002-1825-0097"), officer)
    commands.save(Person(given_name="Soeren", family_name="Groenbaek"), officer)
    shown = client_as("officer").get(reverse("search"), {"q": question}).content.decode()
    assert ">Søren Grønbæk-Åse<" in shown
    assert ">Soeren Groenbaek<" not in shown
    assert ">Soeren Groenbaek<" in client_as("officer").get(reverse("search"), {"q": "Grønbæk, Søren"}).content.decode()


def test_what_is_no_word_finds_nothing(actor_as):
    assert search.words("… , “ ” ()") == []
    assert not search.find(actor_as("officer"), ", “” () \u0301").exists()


def test_from_a_row_one_gets_back_to_the_list_as_one_left_it(client_as):
    from udsyn.desk.kernel.resources import RESOURCES
    from udsyn.desk.rooms.cooperation.models import Agreement

    resource, officer = RESOURCES["agreement"], client_as("officer")
    row = resource.url(Agreement.objects.first())

    def back(referer):
        page = officer.get(row, headers={"referer": referer}).content.decode()
        return unescape(re.search(r'<p class="crumbs"><a href="([^"]+)"', page)[1])

    left = f"{resource.list_url}?state=in_force&page=2"
    assert back(f"http://testserver{left}") == left
    for other in (
        "",
        f"http://testserver{resource.list_url}",
        f"http://elsewhere.example{left}",
        f"http://testserver{row}?x=1",
    ):
        assert back(other) == resource.list_url, other
    hostile = f'{resource.list_url}?q="><script>'
    assert back(f"http://testserver{hostile}") == hostile, "it stays within its attribute"


# A partner's story ---------------------------------------------------------------------------------------------------


def test_a_partners_page_tells_one_story_the_latest_first_and_the_next_decision(client_as):
    from udsyn.desk.kernel.resources import RESOURCES
    from udsyn.desk.rooms.parties.models import Country

    korea = Country.objects.get(code="KR")
    page = client_as("officer").get(RESOURCES["country"].url(korea)).content.decode()
    story = page[page.index('<ol class="story">') :]
    days = re.findall(r'<time datetime="(\d{4}-\d{2}-\d{2})">', story)
    assert len(days) > 3
    assert days == sorted(days, reverse=True)
    assert "agreement signed" in story
    assert "committee meeting" in story
    assert "introduction" in story
    assert "The next decision: " in page


def test_a_story_tells_a_reader_only_what_they_see(client_as):
    from udsyn.desk.kernel.resources import RESOURCES
    from udsyn.desk.rooms.parties.models import Country

    korea = Country.objects.get(code="KR")
    page = client_as("client").get(RESOURCES["country"].url(korea)).content.decode()
    assert "agreement signed" in page
    assert "committee meeting" not in page, "committees are the colleagues'"
    assert "The next decision: " not in page


def test_two_rooms_with_rows_of_one_name_are_refused(monkeypatch):
    from dataclasses import replace

    from udsyn.desk.kernel import resources
    from udsyn.desk.kernel.rooms import Room, rooms

    twin = Room("twin", resources=(replace(resources.RESOURCES["agreement"], slug="twins"),))
    held = rooms()
    monkeypatch.setattr(resources, "rooms", lambda: (*held, twin))
    with pytest.raises(LookupError, match="both of kind agreement"):
        resources.by_kind.__wrapped__(())


def test_every_room_says_where_it_stands_in_the_menu():
    from udsyn.desk.kernel.rooms import rooms

    assert [room.name for room in rooms() if room.area == "more"] == []
