"""Awards in the formats of others: required fields one by one, schemas where there are any; nothing of ours is lost."""

from __future__ import annotations

import datetime as dt
import json
import os
import tarfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from udsyn.errors import UdsynError
from udsyn.record.awards import cerif, commongrants, crossref, iati, sheet, threesixty
from udsyn.record.awards.award import Award, Body, Funder, Paid, Taking

DATA = os.environ.get("UDSYN_DATA")
AT = dt.datetime(2026, 11, 27, 12, 0, tzinfo=dt.UTC)
FUNDER = Funder(
    "Agency (invented)", "DK-CVR-00000000", "05a28rw58", "DK", "", "udsyn-test", "10.5555", "grants@example.org",
    "https://example.org/grants/",
)  # fmt: skip
AWARD = Award(
    number="INP-2026-0007",
    title="Grøn brint",
    text="Elektrolyse ved lav temperatur.",
    language="da",
    amount=Decimal("150000.50"),
    currency="DKK",
    awarded=dt.date(2026, 3, 1),
    starts=dt.date(2026, 4, 1),
    ends=dt.date(2028, 3, 31),
    programme="Networks",
    call="Networks, spring",
    state="running",
    holder=Taking("Ida Holder", "0000-0002-1825-0097", Body("Nordhavn University", "05abc1234", "DK")),
    partners=(
        Taking("Kim Partner", at=Body("Hangang Institute", "", "KR")),
        Taking("Asha Partner", at=Body("Kaveri Institute", "", "IN")),
        Taking("Li Partner", at=Body("Sumida Institute", "", "JP")),
    ),
    lines=(("travel", Decimal("90000.50")), ("workshop", Decimal(60000))),
    paid=(Paid(dt.date(2026, 4, 2), Decimal(75000)), Paid(dt.date(2026, 9, 2), Decimal("-500.25"))),
    development=True,
    sector="43082",
)
BARE = Award(
    "X-1", "A", Decimal(1), "EUR", dt.date(2026, 1, 1), "P", "C", "awarded", Taking("B", at=Body("University"))
)
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40)
NAMES = TEXT.filter(str.strip)
DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1))
MONEY = st.decimals(0, 10**9, places=2, allow_nan=False, allow_infinity=False)
BODIES = st.builds(Body, NAMES, st.sampled_from(("", "05abc1234")), st.sampled_from(("", "DK", "KR")))
TAKING = st.builds(Taking, NAMES, st.sampled_from(("", "0000-0002-1825-0097")), BODIES)
AWARDS = st.builds(
    Award, number=NAMES, title=NAMES, amount=MONEY, currency=st.just("DKK"), awarded=DAYS, programme=TEXT, call=TEXT,
    state=st.sampled_from(("running", "closed", "declined", "stopped", "awarded")), holder=TAKING,
    text=TEXT | st.just(""),
    language=st.sampled_from(("da", "en")), starts=st.none() | DAYS, ends=st.none() | DAYS,
    partners=st.lists(TAKING, max_size=3).map(tuple),
    lines=st.lists(st.tuples(NAMES, MONEY), max_size=3).map(tuple),
    paid=st.lists(st.builds(Paid, DAYS, MONEY), max_size=2).map(tuple),
    development=st.booleans(), sector=st.sampled_from(("", "43082")),
)  # fmt: skip


# Nothing of ours is lost ----------------------------------------------------------------------------------------------


@given(st.lists(AWARDS, max_size=3))
def test_what_goes_out_comes_back_as_it_was(awards: list[Award]) -> None:
    assert sheet.read(sheet.write(awards)) == awards
    assert threesixty.read(threesixty.write(awards, FUNDER)) == awards
    assert commongrants.read(commongrants.write(awards, FUNDER, AT)) == awards


@given(AWARDS)
def test_whatever_people_write_is_xml(award: Award) -> None:
    for data in (cerif.write([award], FUNDER), crossref.write([award], FUNDER, AT), iati.write([award], FUNDER, AT)):
        etree.fromstring(data)


def test_what_others_wrote_is_not_taken_for_ours() -> None:
    with pytest.raises(ValueError, match="not written here"):
        threesixty.read(b'{"grants": [{"id": "360G-x-1"}]}')
    with pytest.raises(ValueError, match="not written here"):
        commongrants.read(b'{"items": [{"id": "1"}]}')
    with pytest.raises(ValueError, match="lacks"):
        sheet.read(b"number,title\n1,2\n")


# 360Giving ------------------------------------------------------------------------------------------------------------

REQUIRED = ("id", "title", "description", "currency", "amountAwarded", "awardDate")


@pytest.mark.parametrize("award", [AWARD, BARE])
def test_the_ten_required_fields_of_360giving_are_there(award: Award) -> None:
    (one,) = json.loads(threesixty.write([award], FUNDER))["grants"]
    assert all(one[name] not in ("", None) for name in REQUIRED)
    assert one["id"] == f"360G-udsyn-test-{award.number}"
    dt.date.fromisoformat(one["awardDate"])
    assert isinstance(one["amountAwarded"], float)
    assert len(one["currency"]) == 3
    for organisations in (one["recipientOrganization"], one["fundingOrganization"]):
        (organisation,) = organisations
        assert organisation["id"]
        assert organisation["name"]


def test_an_unknown_day_or_country_is_left_out_of_360giving() -> None:
    (one,) = json.loads(threesixty.write([BARE], FUNDER))["grants"]
    assert not {"plannedDates", "beneficiaryLocation", "amountDisbursed"} & set(one)
    (whole,) = json.loads(threesixty.write([AWARD], FUNDER))["grants"]
    assert whole["amountDisbursed"] == 74499.75
    assert [place["countryCode"] for place in whole["beneficiaryLocation"]] == ["IN", "JP", "KR"]


def test_360giving_refuses_what_it_cannot_say() -> None:
    with pytest.raises(ValueError, match="prefix"):
        threesixty.write([AWARD], replace(FUNDER, prefix=""))
    with pytest.raises(ValueError, match="names no institution"):
        threesixty.write([replace(BARE, holder=Taking("B"))], FUNDER)


# CommonGrants ---------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not DATA, reason="UDSYN_DATA names no folder of real data")
@pytest.mark.parametrize("award", [AWARD, BARE])
def test_an_award_is_valid_by_the_protocols_own_schema(award: Award) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    api = yaml.load((Path(DATA or "") / "opportunities/openapi.0.4.0.yaml").read_text(), yaml.CSafeLoader)
    schema = {"$ref": "#/components/schemas/CommonGrants.Models.AwardBase", "components": api["components"]}
    (one,) = json.loads(commongrants.write([award], FUNDER, AT))["items"]
    jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(one)


# CERIF and Crossref ---------------------------------------------------------------------------------------------------

CF = {"c": "https://www.openaire.eu/cerif-profile/1.1/", "t": cerif.TYPES}
CR = {"g": "http://www.crossref.org/grant_id/0.2.0"}


def one_of(found: Any) -> Any:
    (only,) = found
    return only


def test_cerif_says_each_thing_where_the_profile_has_it() -> None:
    tree = etree.fromstring(cerif.write([AWARD], FUNDER))

    def say(path: str) -> Any:
        return one_of(tree.xpath(path, namespaces=CF))

    assert say("c:Project/c:Title/text()") == "Grøn brint"
    assert say("c:Project/c:Title/@xml:lang") == "da"
    assert say("c:Project/c:Identifier[contains(@type, 'ProjectReference')]/text()") == "INP-2026-0007"
    assert (say("c:Project/c:StartDate/text()"), say("c:Project/c:EndDate/text()")) == ("2026-04-01", "2028-03-31")
    assert say("c:Project/c:Consortium/c:Coordinator/c:OrgUnit/c:RORID/text()") == "https://ror.org/05abc1234"
    assert len(tree.xpath("c:Project/c:Consortium/c:Partner", namespaces=CF)) == 3
    who = "c:Project/c:Team/c:PrincipalInvestigator/c:Person"
    assert say(f"{who}/c:PersonName/c:FamilyNames/text()") == "Holder"
    assert say(f"{who}/c:ORCID/text()") == "https://orcid.org/0000-0002-1825-0097"
    assert say("c:Project/c:Funded/c:By/c:OrgUnit/c:Name/text()") == "Agency (invented)"
    assert say("c:Project/c:Funded/c:As/c:Funding/@id") == say("c:Funding/@id")
    assert say("c:Funding/t:Type/text()").endswith("OpenAIRE_Funding_Types#Award")
    assert (say("c:Funding/c:Amount/text()"), say("c:Funding/c:Amount/@currency")) == ("150000.50", "DKK")
    assert say("c:Funding/c:Identifier[contains(@type, 'AwardNumber')]/text()") == "INP-2026-0007"
    order = [etree.QName(part).localname for part in one_of(tree.xpath("c:Project", namespaces=CF))]
    prescribed = ["Title", "Identifier", "StartDate", "EndDate", "Consortium", "Team", "Funded", "Abstract"]
    assert order == prescribed
    order = [etree.QName(part).localname for part in one_of(tree.xpath("c:Funding", namespaces=CF))]
    assert order == ["Type", "Name", "Amount", "Identifier", "Funder", "Duration"]


def test_cerif_leaves_out_what_is_not_known() -> None:
    text = cerif.write([BARE], FUNDER).decode()
    assert not any(name in text for name in ("StartDate", "EndDate", "startDate", "Abstract", "ORCID", '""'))


def test_crossref_says_all_that_a_deposit_must() -> None:
    tree = etree.fromstring(crossref.write([AWARD], FUNDER, AT))

    def say(path: str) -> Any:
        return one_of(tree.xpath(path, namespaces=CR))

    assert tree.get("version") == "0.2.0"
    assert say("g:head/g:timestamp/text()") == "20261127120000"
    assert say("g:head/g:depositor/g:email_address/text()") == "grants@example.org"
    grant = "g:body/g:grant"
    assert say(f"{grant}/g:project/g:project-title/text()") == "Grøn brint"
    assert say(f"{grant}/g:project/g:funding/@funding-type") == "grant"
    assert say(f"{grant}/g:project/g:funding/g:ROR/text()") == "https://ror.org/05a28rw58"
    assert say(f"{grant}/g:project/g:award_amount/@currency") == "DKK"
    assert say(f"{grant}/g:project/g:award-dates/@end-date") == "2028-03-31"
    lead = f"{grant}/g:project/g:investigators/g:person[@role='lead_investigator']"
    assert say(f"{lead}/g:ORCID/text()") == "https://orcid.org/0000-0002-1825-0097"
    assert say(f"{lead}/g:affiliation/g:institution/@country") == "DK"
    assert say(f"{grant}/g:award-number/text()") == "INP-2026-0007"
    assert say(f"{grant}/g:doi_data/g:doi/text()") == "10.5555/inp-2026-0007"
    assert say(f"{grant}/g:doi_data/g:resource/text()") == "https://example.org/grants/INP-2026-0007"


def test_a_funder_of_the_registry_is_named_by_its_id_there() -> None:
    text = crossref.write([AWARD], replace(FUNDER, registry="10.13039/501100000000"), AT).decode()
    assert "<funder-name>Agency (invented)</funder-name>" in text
    assert "<funder-id>https://doi.org/10.13039/501100000000</funder-id>" in text


def test_an_update_has_a_larger_timestamp_and_what_is_missing_is_told() -> None:
    first, later = (crossref.write([AWARD], FUNDER, AT + dt.timedelta(seconds=n)) for n in (0, 1))
    assert int(etree.fromstring(later).findtext(".//g:timestamp", namespaces=CR)) > int(
        etree.fromstring(first).findtext(".//g:timestamp", namespaces=CR)
    )
    with pytest.raises(ValueError, match="DOI prefix, an e-mail address"):
        crossref.write([AWARD], replace(FUNDER, doi="", email=""), AT)


# IATI -----------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def standard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not DATA:
        pytest.skip("UDSYN_DATA names no folder of real data")
    folder = tmp_path_factory.mktemp("iati")
    with tarfile.open(Path(DATA) / "iati/iati_2_03.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    return folder


def test_only_awards_with_development_aims_are_activities() -> None:
    tree = etree.fromstring(iati.write([AWARD, BARE], FUNDER, AT))
    assert [one.findtext("iati-identifier") for one in tree] == ["DK-CVR-00000000-INP-2026-0007"]
    shares = [Decimal(one.get("percentage")) for one in tree.iter("recipient-country")]
    assert sum(shares) == 100
    kinds = [one.find("transaction-type").get("code") for one in tree.iter("transaction")]
    assert kinds == ["2", "3", "11"]


def test_what_goes_out_is_valid_and_is_read_back(standard: Path, tmp_path: Path) -> None:
    schema = iati.schema_of(standard / "schemas/iati-activities-schema.xsd")
    file = tmp_path / "ours.xml"
    file.write_bytes(iati.write([AWARD, replace(BARE, development=True)], FUNDER, AT))
    first, second = iati.read(file, schema)
    assert (first["title"], first["status"], first["countries"]) == ("Grøn brint", "2", ["IN", "JP", "KR"])
    assert first["committed"] == [("150000.50", "DKK")]
    assert second["countries"] == []


def test_the_reader_takes_what_the_standard_takes_and_refuses_the_rest(standard: Path) -> None:
    schema = iati.schema_of(standard / "schemas/iati-activities-schema.xsd")
    taken, refused = 0, 0
    for verdict in ("pass", "fail"):
        for file in sorted((standard / f"ssot-activity-xml-{verdict}").rglob("*.xml")):
            try:
                iati.read(file, schema)
                assert verdict == "pass", file
                taken += 1
            except ValueError:
                assert verdict == "fail", file
                refused += 1
    assert (taken, refused) == (215, 323)


def test_without_the_schema_nothing_is_taken(tmp_path: Path) -> None:
    with pytest.raises(UdsynError, match="schema of activities"):
        iati.schema_of(tmp_path / "none.xsd")
