"""Lists on the shelf: every row or its reason, dates as printed, a folder twice, one bad file among good ones."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.invented_lists import amending, body, whole, write

from udsyn.errors import UdsynError, UsageError
from udsyn.evidence.safeguards import entries, whereabouts
from udsyn.record.lists import dates
from udsyn.record.lists.listing import LISTINGS
from udsyn.record.lists.load import load, shelf_of

ACT, AMENDING = "32014R9833", "32026R9001"
EU_XML = """<export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="2026-11-27">
 <sanctionEntity euReferenceNumber="EU.1.1" logicalId="13">
  <regulation publicationDate="2022-02-24" entryIntoForceDate="2022-02-25" numberTitle="2022/1" programme="IRN"/>
  <regulation publicationDate="2024-03-01" entryIntoForceDate="2024-03-02" numberTitle="2024/7" programme="IRN"/>
  <subjectType code="enterprise" classificationCode="E"/>
  <nameAlias wholeName="Zagros Wave Institute" strong="true"/><nameAlias wholeName="ZWI" strong="false"/>
  <nameAlias wholeName="Institute of Zagros Waves" strong="true"/>
  <address street="1 First Street" city="Tehran" countryIso2Code="IR" countryDescription="IRAN"/>
 </sanctionEntity>
 <sanctionEntity euReferenceNumber="EU.2.2"><subjectType code="person"/></sanctionEntity>
</export>"""
UN_XML = """<CONSOLIDATED_LIST dateGenerated="2026-11-27T00:00:00Z"><INDIVIDUALS><INDIVIDUAL><DATAID>1</DATAID>
 <FIRST_NAME>Nomen</FIRST_NAME><SECOND_NAME>Nescio</SECOND_NAME><UN_LIST_TYPE>DPRK</UN_LIST_TYPE>
 <REFERENCE_NUMBER>KPi.001</REFERENCE_NUMBER><LISTED_ON>2016-03-02</LISTED_ON>
 <INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>Nemo</ALIAS_NAME></INDIVIDUAL_ALIAS>
 <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1950-01-02</DATE></INDIVIDUAL_DATE_OF_BIRTH>
 </INDIVIDUAL></INDIVIDUALS><ENTITIES><ENTITY><DATAID>2</DATAID><FIRST_NAME>Wave Bureau</FIRST_NAME>
 <UN_LIST_TYPE>DPRK</UN_LIST_TYPE><LISTED_ON>2017-01-01</LISTED_ON>
 <ENTITY_ADDRESS><CITY>Pyongyang</CITY><COUNTRY>Democratic People's Republic of Korea</COUNTRY></ENTITY_ADDRESS>
 </ENTITY></ENTITIES></CONSOLIDATED_LIST>"""
OFAC_XML = """<sdnList xmlns="http://tempuri.org/sdnList.xsd"><publshInformation><Publish_Date>11/20/2026</Publish_Date>
 </publshInformation><sdnEntry><uid>36</uid><lastName>Wave Yard</lastName><sdnType>Entity</sdnType>
 <programList><program>IRAN</program><program>NPWMD</program></programList>
 <akaList><aka><uid>1</uid><category>strong</category><lastName>Yard of Waves</lastName></aka></akaList>
 <addressList><address><uid>1</uid><city>Tehran</city><country>Iran</country></address></addressList></sdnEntry>
</sdnList>"""


def entity(id_: str, schema: str, **properties: Any) -> dict[str, Any]:
    return {"id": id_, "schema": schema, "properties": properties}


FTM = "\n".join(
    json.dumps(line)
    for line in (
        entity("a", "Company", name=["Wave Works", "Works of Waves"], jurisdiction=["ru"], topics=["sanction"]),
        entity("s", "Sanction", entity=["a"], startDate=["2022-03"], measures=["Asset freeze"], programId=["EU-UKR"]),
        entity("b", "Company", name=["Nobody Listed"]),
        entity(
            "c",
            "Person",
            name=["Nomen Nescio"],
            sanctions=[entity("t", "Sanction", listingDate=["2020-01-01"], program=["X"])],
        ),
        {"id": "d", "schema": "Company"},
    )
)


def test_four_shapes_of_dates_and_what_is_none() -> None:
    shapes = {
        "28.2.2011": "2011-02-28",
        "3.6.2022": "2022-06-03",
        "2 December 1985": "1985-12-02",
        "08 March 2018": "2018-03-08",
        "26 Feb. 2011": "2011-02-26",
        "11 Sept. 2018": "2018-09-11",
        "2011": "2011",
        "2011-02": "2011-02",
        "2011-02-28": "2011-02-28",
        "30.2.2011": None,
        "soon": None,
        "5 Ma 2011": None,
        "": None,
    }
    assert {text: dates.read(text) for text in shapes} == shapes


def test_a_folder_gives_every_row_or_its_reason_and_twice_is_once(tmp_path: Path) -> None:
    lists, record = tmp_path / "lists", tmp_path / "record"
    whole(lists / "consolidated", ACT, [body("1", "Wave Institute"), body("2", "Wave Yard", measure="")])
    whole(lists / "consolidated", "32004R9314", [])
    amending(
        lists / "amendments", AMENDING, ACT, [body("3", "Wave Works", startDate="2026-12", measure="Asset freeze")]
    )
    first = load(record, lists, "eu-acts")
    assert (first.rows, first.dropped, first.entries, first.unchanged) == (2, 1, 2, 0)
    assert first.measures == {"Export control": 1, "Asset freeze": 1}
    (fault,) = shelf_of(record).quarantined().rows(named=True)
    assert (fault["where"], fault["reason"]) == ("line 3", "no measure")
    again = load(record, lists, "eu-acts")
    assert (again.rows, again.dropped, again.entries, again.unchanged) == (2, 1, 2, 3)
    assert shelf_of(record).scan(LISTINGS).collect().height == 2


def test_cells_hold_several_values_and_quoted_semicolons(tmp_path: Path) -> None:
    said = body(
        "1", "Wave Institute", alias='"Waves; Institute of"; WI', startDate="", address='"1; First Street"; Russia'
    )
    load(tmp_path / "record", whole(tmp_path, ACT, [said]), "eu-acts")
    (row,) = shelf_of(tmp_path / "record").scan(LISTINGS).collect().rows(named=True)
    assert (row["names"], row["addresses"]) == (["Waves; Institute of", "WI"], ["1; First Street", "Russia"])
    assert (row["in_force_from"], row["known_from"]) == (None, None), "no date is no date"


def test_one_file_that_cannot_be_read_stops_no_other(tmp_path: Path) -> None:
    whole(tmp_path / "lists", ACT, [body("1", "Wave Institute")])
    write(tmp_path / "lists" / "other.csv", ["name"], [{"name": "no act"}])
    (tmp_path / "lists" / "latin.csv").write_bytes(b"celex,name\n3,\xe6\n")
    said: list[str] = []
    found = load(tmp_path / "record", tmp_path / "lists", "eu-acts", said.append)
    assert (found.rows, len(found.refused)) == (1, 2)
    assert any("no column celex" in text for text in said)
    with pytest.raises(UdsynError, match="no column"):
        load(tmp_path / "record", tmp_path / "lists" / "other.csv", "eu-acts")
    with pytest.raises(UsageError, match="holds no files"):
        load(tmp_path / "record", tmp_path / "lists", "un")


def test_what_is_known_is_known_at_the_latest_when_it_was_fetched(tmp_path: Path) -> None:
    import datetime as dt

    rows = [body("1", "Wave Institute", startDate="1.1.2030"), body("2", "Wave Yard", startDate="1.1.2020")]
    load(tmp_path / "record", whole(tmp_path, ACT, rows), "eu-acts", retrieved=dt.date(2026, 11, 27))
    known = shelf_of(tmp_path / "record").scan(LISTINGS).sort("record_id").collect()["known_from"].to_list()
    assert known == ["2026-11-27", "2020-01-01"]


@pytest.mark.parametrize(
    ("form", "file", "text", "names", "force", "dropped"),
    [
        ("eu-xml", "eu.xml", EU_XML, ["Zagros Wave Institute"], ["2022-02-25"], 1),
        ("un", "un.xml", UN_XML, ["Nomen Nescio", "Wave Bureau"], ["2016-03-02", "2017-01-01"], 0),
        ("ofac", "sdn.xml", OFAC_XML, ["Wave Yard"], [None], 0),
        ("ftm", "entities.ftm.json", FTM, ["Wave Works", "Nomen Nescio"], ["2022-03", "2020-01-01"], 1),
    ],
)
def test_other_forms(
    tmp_path: Path, form: str, file: str, text: str, names: list[str], force: list[str | None], dropped: int
) -> None:
    (tmp_path / file).write_text(text, encoding="utf-8")
    found = load(tmp_path / "record", tmp_path / file, form)
    assert (found.rows, found.dropped, found.entries) == (len(names), dropped, len(names))
    held = shelf_of(tmp_path / "record").scan(LISTINGS).collect()
    assert held["name"].to_list() == names
    assert held["in_force_from"].to_list() == force
    assert load(tmp_path / "record", tmp_path / file, form).unchanged == 1


#: As the publishers lay them out: a namespace of their own, a declaration, empty elements, names in parts and scripts.
LAID_OUT = {
    "eu-xml": """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="2026-08-05T16:47:04.449+02:00" globalFileId="1">
 <sanctionEntity designationDate="2022-03-01" unitedNationId="" euReferenceNumber="EU.9.9" logicalId="9">
  <remark>One remark</remark><remark>Another</remark>
  <subjectType code="enterprise" classificationCode="E"/>
  <nameAlias firstName="" middleName="" lastName="" wholeName="Wave Bureau" strong="true" logicalId="1">
   <regulationSummary regulationType="regulation" publicationDate="2022-03-01" numberTitle="2022/9"/>
  </nameAlias>
  <nameAlias firstName="Bureau" middleName="" lastName="of Waves" wholeName="" strong="true" logicalId="2"/>
  <address city="Perm" street="" poBox="" zipCode="" region="" place="" asAtListingTime="false" countryIso2Code="RU"
   countryDescription="RUSSIAN FEDERATION" logicalId="3"/>
  <address city="" street="" countryIso2Code="00" countryDescription="UNKNOWN" logicalId="4"/>
 </sanctionEntity></export>""",
    "un": """<?xml version="1.0" encoding="UTF-8"?>
<CONSOLIDATED_LIST xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" dateGenerated="2026-10-03T23:00:03.428Z">
 <INDIVIDUALS/><ENTITIES><ENTITY><DATAID>3</DATAID><VERSIONNUM>1</VERSIONNUM><FIRST_NAME>Wave Bureau</FIRST_NAME>
 <NAME_ORIGINAL_SCRIPT>Бюро волн</NAME_ORIGINAL_SCRIPT><UN_LIST_TYPE>DPRK</UN_LIST_TYPE>
 <REFERENCE_NUMBER>KPe.001</REFERENCE_NUMBER><LISTED_ON>2022-03-01</LISTED_ON><COMMENTS1/>
 <LIST_TYPE><VALUE>UN List</VALUE></LIST_TYPE><LAST_DAY_UPDATED><VALUE/></LAST_DAY_UPDATED>
 <ENTITY_ALIAS><QUALITY>a.k.a.</QUALITY><ALIAS_NAME>Bureau of Waves</ALIAS_NAME></ENTITY_ALIAS>
 <ENTITY_ALIAS><QUALITY>Low quality</QUALITY><ALIAS_NAME>WB</ALIAS_NAME></ENTITY_ALIAS>
 <ENTITY_ALIAS><QUALITY/><ALIAS_NAME/></ENTITY_ALIAS>
 <ENTITY_ADDRESS><STREET/><CITY>Perm</CITY><COUNTRY>Russian Federation</COUNTRY></ENTITY_ADDRESS>
 <SORT_KEY/><SORT_KEY_LAST_MOD/></ENTITY></ENTITIES></CONSOLIDATED_LIST>""",
    "ofac": """<?xml version="1.0" standalone="yes"?>
<sdnList xmlns="https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/XML"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <publshInformation><Publish_Date>09/18/2026</Publish_Date><Record_Count>1</Record_Count></publshInformation>
 <sdnEntry><uid>100</uid><lastName>Wave Bureau</lastName><title>Carrier</title><sdnType>Entity</sdnType>
  <remarks>Linked to others.</remarks>
  <programList><program>RUSSIA-EO14024</program><program>UKRAINE-EO13662</program></programList>
  <idList><id><uid>101</uid><idType>Registration Number</idType><idNumber>1</idNumber></id></idList>
  <akaList><aka><uid>103</uid><type>f.k.a.</type><category>strong</category><lastName>Bureau of Waves</lastName></aka>
   <aka><uid>104</uid><type>a.k.a.</type><category>weak</category><lastName>WB</lastName></aka></akaList>
  <addressList><address><uid>105</uid><city>Perm</city><country>Russia</country></address>
   <address><uid>106</uid><country>Russia</country></address></addressList></sdnEntry></sdnList>""",
    "ftm": json.dumps(
        {
            "id": "NK-1",
            "caption": "Wave Bureau",
            "schema": "Organization",
            "datasets": ["made"],
            "referents": ["made-1"],
            "target": True,
            "first_seen": "2026-01-01T00:00:00",
            "properties": {
                "name": ["Wave Bureau", "Bureau of Waves"],
                "weakAlias": ["WB"],
                "country": ["ru"],
                "topics": ["sanction"],
                "addressEntity": [entity("addr-1", "Address", full=["Perm, Russia"], country=["ru"])],
                "sanctions": [entity("s", "Sanction", startDate=["2022-03-01"], authority=["A"], program=["P"])],
            },
        }
    ),
}


@pytest.mark.parametrize("form", LAID_OUT)
def test_the_layouts_of_the_publishers(tmp_path: Path, form: str) -> None:
    file = tmp_path / ("list.json" if form == "ftm" else "list.xml")
    file.write_text(LAID_OUT[form], encoding="utf-8")
    found = load(tmp_path / "record", file, form)
    assert (found.rows, found.dropped) == (1, 0)
    (entry,) = entries.held(tmp_path / "record").values()
    assert (entry.name, entry.weak_names[-1:]) == ("Wave Bureau", () if form == "eu-xml" else ("WB",))
    assert "Bureau of Waves" in entry.names
    assert whereabouts.of(entry).countries == {"RU"}
    assert entry.in_force_from == (None if form == "ofac" else "2022-03-01")


@pytest.mark.parametrize("form", ["eu-xml", "un", "ofac"])
def test_xml_that_unfolds_breaks_off_or_is_another_list_is_refused(tmp_path: Path, form: str) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><export>&b;</export>'
    for text, reason in ((bomb, "entities"), ("<export><sanct", "whole XML|another list"), ("<html/>", "another list")):
        (tmp_path / "list.xml").write_text(text, encoding="utf-8")
        with pytest.raises(UdsynError, match=reason):
            load(tmp_path / "record", tmp_path / "list.xml", form)
    assert shelf_of(tmp_path / "record").sources().height == 0


@pytest.mark.skipif(not os.environ.get("UDSYN_DATA"), reason="UDSYN_DATA names no folder of real data")
def test_the_real_acts(tmp_path: Path) -> None:
    folder = Path(os.environ["UDSYN_DATA"]) / "sanctions"
    consolidated = load(tmp_path / "record", folder / "consolidated", "eu-acts")
    assert (consolidated.rows, consolidated.dropped) == (8017, 0)
    assert dict(consolidated.measures) == {
        "Asset freeze": 6199,
        "Export control": 947,
        "Transportation restrictions": 683,
        "Financial restrictions": 145,
        "Services ban": 32,
        "Investment ban": 11,
    }
    held = shelf_of(tmp_path / "record").scan(LISTINGS).collect()
    assert held["in_force_from"].null_count() == 302
    everything = load(tmp_path / "record", folder, "eu-acts")
    assert (everything.rows, everything.dropped, everything.unchanged) == (8244, 0, 45)
    assert load(tmp_path / "record", folder, "eu-acts").unchanged == 48
    assert shelf_of(tmp_path / "record").scan(LISTINGS).select(pl.len()).collect().item() == 8244
