"""Patents onto the shelf: each form's traps, in files written here."""

from __future__ import annotations

import datetime as dt
import json

import duckdb
import polars as pl
import pytest

from udsyn.errors import UdsynError, UsageError
from udsyn.record.patents import exchange, load, patents
from udsyn.record.patents.tables import number_of
from udsyn.record.shelf import Fault, Row

GOOGLE = """
SELECT * FROM (VALUES
  ('US-10494607-B2', '51', 'US', 20150102, 20191203,
    [{'text': 'Electrolyser', 'language': 'en'}], [{'text': 'A cell.', 'language': 'en'}],
    [{'name': 'HALDOR TOPSOE AS', 'country_code': 'DK'}, {'name': 'SAMSUNG', 'country_code': 'KR'}],
    [{'name': 'A PERSON', 'country_code': 'DK'}],
    [{'publication_number': 'DE-1-A1', 'category': 'APP'}, {'publication_number': 'DE-2-A1', 'category': 'EXA'}],
    [{'code': 'C25B1/04', 'inventive': true}, {'code': 'C25B1/04', 'inventive': false}]),
  ('EP-3000001-A1', '51', 'EP', 20150102, 20170101,
    [{'text': 'Elektrolyseur', 'language': 'de'}], [], [], [], [], [{'code': 'H01M8/12', 'inventive': false}]),
  ('US-D900000-S', '52', 'US', 20200101, 0, [], [], [], [], [], []),
  ('XX-0-A', '-1', 'XX', 0, 0, [], [], [], [], [], [])
) AS t(publication_number, family_id, country_code, filing_date, publication_date, title_localized, abstract_localized,
       assignee_harmonized, inventor_harmonized, citation, cpc)
"""

OPS = """<?xml version="1.0" encoding="UTF-8"?>
<ops:world-patent-data xmlns="http://www.epo.org/exchange" xmlns:ops="http://ops.epo.org">
 <exchange-documents>
  <exchange-document country="EP" doc-number="1000000" kind="A1" family-id="777">
   <bibliographic-data>
    <publication-reference><document-id document-id-type="docdb"><country>EP</country><doc-number>1000000</doc-number>
      <kind>A1</kind><date>20000517</date></document-id></publication-reference>
    <classifications-ipcr><classification-ipcr><text>C25B   1/ 04            A I</text></classification-ipcr>
    </classifications-ipcr>
    <patent-classifications><patent-classification sequence="1"><classification-scheme office="EP" scheme="CPCI"/>
      <section>C</section><class>25</class><subclass>B</subclass><main-group>1</main-group><subgroup>04</subgroup>
      <classification-value>I</classification-value></patent-classification></patent-classifications>
    <application-reference><document-id document-id-type="docdb"><date>19991110</date></document-id>
    </application-reference>
    <parties><applicants>
      <applicant sequence="1" data-format="epodoc"><applicant-name><name>TOPSOE HALDOR AS [DK]</name></applicant-name>
      </applicant>
      <applicant sequence="1" data-format="original"><applicant-name><name>Haldor Topsoe A/S</name></applicant-name>
      </applicant></applicants>
     <inventors><inventor sequence="1" data-format="epodoc"><inventor-name><name>SOMEBODY [DK]</name></inventor-name>
     </inventor></inventors></parties>
    <invention-title lang="de">Zelle</invention-title><invention-title lang="en">Cell</invention-title>
    <references-cited><citation cited-by="applicant"><nplcit><text>A paper, doi:10.1038/nature12345.</text></nplcit>
    </citation><citation cited-phase="search"><patcit><document-id document-id-type="docdb"><country>US</country>
      <doc-number>5000000</doc-number><kind>A</kind></document-id></patcit></citation></references-cited>
   </bibliographic-data>
   <abstract lang="en"><p>A cell for water.</p></abstract>
  </exchange-document>
  <exchange-document country="EP" doc-number="1000000" kind="B1" family-id="777"/>
  <exchange-document country="EP" doc-number="1000001" kind="A1"/>
 </exchange-documents>
</ops:world-patent-data>
"""


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("us-10494607-b2", "US-10494607-B2"),
        ("US10494607B2", "US-10494607-B2"),
        ("US-D900000-S1", "US-D900000-S1"),
        ("USRE049000E1", "US-RE049000-E1"),
        ("EP 1000000 A1", "EP-1000000-A1"),
        ("US-5000000", "US-5000000"),
        ("not a number", None),
    ],
)
def test_numbers_are_kept_one_way(written, kept):
    assert number_of(written) == kept


def test_google_export(tmp_path):
    file = tmp_path / "export.parquet"
    duckdb.sql(GOOGLE).write_parquet(str(file))
    done = load(tmp_path / "rec", file, "google")
    assert (done.rows, done.quarantined, done.unchanged) == (3, 1, 0)  # a family of -1 is none
    assert load(tmp_path / "rec", file, "google").unchanged == 1
    held = {name: patents(tmp_path / "rec").scan(name).collect() for name in ("publication", "family_party")}
    first = held["publication"].filter(pl.col("publication") == "US-10494607-B2").to_dicts()[0]
    assert (first["filed"], first["published"], first["title"]) == (
        dt.date(2015, 1, 2), dt.date(2019, 12, 3), "Electrolyser",
    )  # fmt: skip
    design = held["publication"].filter(pl.col("design"))
    assert design["publication"].to_list() == ["US-D900000-S"]
    assert design["published"].to_list() == [None]  # 0 is unknown
    parties = held["family_party"].sort("role", "seq").select("family", "role", "name", "country").rows()
    assert parties == [
        ("51", "applicant", "HALDOR TOPSOE AS", "DK"),
        ("51", "applicant", "SAMSUNG", "KR"),
        ("51", "inventor", None, "DK"),  # persons without their names
    ]
    classes = patents(tmp_path / "rec").scan("family_class").collect().sort("symbol")
    assert classes.select("family", "symbol", "inventive").rows() == [
        ("51", "C25B1/04", True),
        ("51", "H01M8/12", False),
    ]
    cites = patents(tmp_path / "rec").scan("cites_publication").collect().sort("cited")
    assert cites.select("cited", "by").rows() == [("DE-1-A1", "applicant"), ("DE-2-A1", "examiner")]


def test_patentsview_reads_ids_as_text(tmp_path):
    (tmp_path / "g_patent.tsv").write_text(
        "patent_id\tpatent_type\tpatent_date\tpatent_title\twipo_kind\twithdrawn\n"
        '"D0900001"\t"design"\t"2020-01-01"\t"Lamp"\t"S1"\t0\n"0123"\t"utility"\t"2020-01-01"\t"A ""B"" C"\t"B2"\t1\n'
    )
    (tmp_path / "g_assignee_disambiguated.tsv").write_text(
        "patent_id\tassignee_sequence\tdisambig_assignee_organization\tassignee_type\tlocation_id\n"
        "0123\t0\tAcme Inc.\t2\tx\n0123\t1\tNordisk A/S\t3\tdk1\n"
    )
    (tmp_path / "g_location_disambiguated.tsv").write_text("location_id\tdisambig_country\ndk1\tDK\n")
    (tmp_path / "g_cpc_current.tsv").write_text(
        "patent_id\tcpc_subclass\tcpc_group\tcpc_type\n0123\tC25B\tC25B1/04\tinventional\n"
    )
    record = tmp_path / "rec"
    assert [
        load(record, tmp_path / f"{name}.tsv", "patentsview").rows
        for name in ("g_patent", "g_assignee_disambiguated", "g_cpc_current")
    ] == [2, 2, 1]
    held = patents(record).scan("publication").collect().sort("number")
    assert held.select("publication", "design", "withdrawn", "title").rows() == [
        ("US-0123-B2", False, True, 'A "B" C'),
        ("US-D0900001-S1", True, False, "Lamp"),
    ]
    parties = patents(record).scan("family_party").collect().sort("seq")
    assert parties.select("family", "seq", "country").rows() == [("US-0123", 1, "US"), ("US-0123", 2, "DK")]


def as_json() -> str:
    """The same first document as OPS answers it in JSON: one item is an object, several are a list."""
    docdb = {"@document-id-type": "docdb", "date": {"$": "20000517"}}
    document = {
        "@country": "EP", "@doc-number": "1000000", "@kind": "A1", "@family-id": "777",
        "bibliographic-data": {
            "publication-reference": {"document-id": [docdb, {"@document-id-type": "epodoc"}]},
            "application-reference": {"document-id": {"date": {"$": "19991110"}}},
            "patent-classifications": {"patent-classification": {
                "classification-scheme": {"@scheme": "CPCI"}, "section": {"$": "C"}, "class": {"$": "25"},
                "subclass": {"$": "B"}, "main-group": {"$": "1"}, "subgroup": {"$": "04"},
                "classification-value": {"$": "I"}}},
            "parties": {"applicants": {"applicant": [
                {"@data-format": "epodoc", "@sequence": "1",
                 "applicant-name": {"name": {"$": "TOPSOE HALDOR AS [DK]"}}}]}},
            "invention-title": [{"@lang": "de", "$": "Zelle"}, {"@lang": "en", "$": "Cell"}]},
        "abstract": {"@lang": "en", "p": {"$": "A cell for water."}},
    }  # fmt: skip
    return json.dumps({"ops:world-patent-data": {"exchange-documents": {"exchange-document": document}}})


@pytest.mark.parametrize("form", ["xml", "json"])
def test_exchange_documents(tmp_path, form):
    file = tmp_path / f"ops.{form}"
    file.write_text(OPS if form == "xml" else as_json(), encoding="utf-8")
    found = list(exchange.read(file))
    rows = [one for one in found if isinstance(one, Row)]
    first = next(row.values for row in rows if row.table == "publication")
    assert (first["publication"], first["family"], first["title"], first["abstract"]) == (
        "EP-1000000-A1", "777", "Cell", "A cell for water.",
    )  # fmt: skip
    assert (first["filed"], first["published"]) == (dt.date(1999, 11, 10), dt.date(2000, 5, 17))
    classes = {
        (r.values["scheme"], r.values["symbol"], r.values["inventive"]) for r in rows if r.table == "family_class"
    }
    assert ("cpc", "C25B1/04", True) in classes
    applicants = [r.values for r in rows if r.table == "family_party" and r.values["role"] == "applicant"]
    assert [(one["name"], one["country"]) for one in applicants] == [("TOPSOE HALDOR AS", "DK")]
    assert all(r.values["name"] is None for r in rows if r.table == "family_party" and r.values["role"] == "inventor")
    if form == "xml":
        assert [one.reason for one in found if isinstance(one, Fault)] == ["has no family"]
        assert ("ipc", "C25B1/04", None) in classes
        cites = [r.values for r in rows if r.table.startswith("cites")]
        assert [(c.get("doi") or c.get("cited"), c["by"]) for c in cites] == [
            ("10.1038/nature12345", "applicant"),
            ("US-5000000-A", "examiner"),
        ]


def test_entities_are_not_expanded(tmp_path):
    file = tmp_path / "bad.xml"
    file.write_text('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    with pytest.raises(UdsynError, match=r"bad\.xml"):
        list(exchange.read(file))


def test_papers_that_patents_cite(tmp_path):
    record = tmp_path / "rec"
    both = tmp_path / "pcs.csv"
    both.write_text(
        "reftype,confscore,oaid,patent,wherefound\napp,10,3066,us-10494607-b2,frontonly\nexm,4,W77,kr-1-a,bodyonly\n"
        "app,10,none,us-1-b2,both\n"
    )
    with pytest.raises(UsageError, match="CC BY-NC"):
        load(record, both, "reliance")
    done = load(record, both, "reliance", accept="CC BY-NC 4.0")
    assert (done.rows, done.quarantined) == (2, 1)
    cit = tmp_path / "patcit.jsonl"
    cit.write_text(
        json.dumps({"DOI": "10.1/A", "cited_by": [{"publication_number": "US-2-B2", "origin": ["APP"]}]})
        + "\n" + json.dumps({"doi": "10.1/b", "publication_number": "EP-3-A1"}) + "\nnonsense\n"
    )  # fmt: skip
    done = load(record, cit, "patcit")
    assert (done.rows, done.quarantined) == (2, 1)
    own = tmp_path / "own.csv"
    own.write_text("patent,doi,work\nUS-9-B2,https://doi.org/10.1/C,\nUS-8-B2,,https://openalex.org/W5\n")
    assert load(record, own, "citations", source="office-actions").rows == 2
    held = patents(record).scan("cites_work").collect().sort("publication")
    assert held.select("publication", "work", "doi", "place", "by").rows() == [
        ("EP-3-A1", None, "10.1/b", "text", None),
        ("KR-1-A", 77, None, "text", "examiner"),
        ("US-10494607-B2", 3066, None, "front", "applicant"),
        ("US-2-B2", None, "10.1/a", "front", "applicant"),
        ("US-8-B2", 5, None, None, None),
        ("US-9-B2", None, "10.1/c", None, None),
    ]
    sources = dict(patents(record).sources().select("source", "licence").rows())
    assert sources["reliance"] == "CC BY-NC 4.0"


def test_titles_as_the_classification_publishes_them(tmp_path):
    file = tmp_path / "cpc-section-C.txt"
    file.write_text(
        'C\t\tCHEMISTRY; METALLURGY\nC25B\t\tELECTROLYTIC PROCESSES {"cells"}\nC25B1/04\t2\tof water\nC25B9/00\n'
    )
    done = load(tmp_path / "rec", file, "titles")
    assert (done.rows, done.quarantined) == (3, 1)
    held = patents(tmp_path / "rec").scan("class_title").collect()
    assert held.select("symbol", "title").rows()[1:] == [
        ("C25B", 'ELECTROLYTIC PROCESSES {"cells"}'),
        ("C25B1/04", "of water"),
    ]


@pytest.mark.parametrize("form", ["google", "patentsview", "reliance", "titles"])
def test_a_wrong_file_changes_nothing(tmp_path, form):
    file = tmp_path / "wrong.csv"
    file.write_text("a,b\n1,2\n")
    with pytest.raises(UdsynError, match="has not the columns"):
        load(tmp_path / "rec", file, form, accept="CC BY-NC 4.0")
    assert patents(tmp_path / "rec").scan("publication").collect().is_empty()
