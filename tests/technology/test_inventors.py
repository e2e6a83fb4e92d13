"""Hot-spots of inventors, from files of PatentsView's shape: where inventions are made, in parts, by place."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from udsyn.cli import udsyn
from udsyn.errors import NotHeld, UsageError
from udsyn.evidence.places.hotspots import Settings
from udsyn.evidence.technology.hotspots import inventor_hotspots
from udsyn.record.patents import load

PLACES = """location_id\tdisambig_city\tdisambig_country\tlatitude\tlongitude
dj\tDaejeon\tKR\t36.350\t127.385
dj2\tDaejeon\tKR\t36.380\t127.370
ly\tKongens Lyngby\tDK\t55.770\t12.503
no\t\tDK\t\t
"""
#: patent → the places of its inventors
INVENTED = {
    **{str(n): ("dj", "dj2") for n in range(20)},
    **{str(20 + n): ("ly", "dj") for n in range(8)},
    "40": ("no",),
    "41": ("ly",),
}


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    out = tmp_path_factory.mktemp("inventors")
    (out / "g_location_disambiguated.tsv").write_text(PLACES)
    rows = {
        "g_patent": [
            "patent_id\tpatent_type\tpatent_date\tpatent_title",
            *(f"{n}\tutility\t2020-01-01\tA cell" for n in INVENTED),
        ],
        "g_inventor_disambiguated": [
            "patent_id\tinventor_sequence\tlocation_id",
            *(f"{n}\t{seq}\t{place}" for n, places in INVENTED.items() for seq, place in enumerate(places)),
        ],
        "g_cpc_current": [
            "patent_id\tcpc_subclass\tcpc_group",
            *(f"{n}\tC25B\tC25B1/04" for n in INVENTED if n != "41"), "41\tG06N\tG06N10/00",
        ],
    }  # fmt: skip
    for name, lines in rows.items():
        (out / f"{name}.tsv").write_text("\n".join(lines) + "\n")
        load(out / "record", out / f"{name}.tsv", "patentsview")
    return out / "record"


def test_parts_of_families_are_summed_by_place(record):
    found = inventor_hotspots(record, ("C25B",), settings=Settings(minimum=2))
    first, second = found.rows.to_dicts()
    assert (first["countries"], first["places"], first["families"]) == ("KR", 2, pytest.approx(20 + 8 / 2))
    assert (second["countries"], second["families"]) == ("DK", pytest.approx(8 / 2))
    assert first["share"] == pytest.approx(24 / 28)
    assert first["share_low"] < first["share"] < first["share_high"]
    assert f"{1 / 29:.1%}" in found.notes[1], "of 29 families one has no place"


def test_other_classes_and_years_are_left_out(record):
    (row,) = inventor_hotspots(record, ("G06N",), settings=Settings(minimum=1)).rows.to_dicts()
    assert (row["countries"], row["families"]) == ("DK", 1)
    with pytest.raises(NotHeld):
        inventor_hotspots(record, ("C25B",), years=(1990, 1995))


def test_the_command(record):
    told = CliRunner().invoke(
        udsyn, ["technology", "hotspots", "--class", "C25B", "--record", str(record), "--format", "json"]
    )
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)[0]["countries"] == "KR"


def test_what_is_no_class_is_told(record):
    with pytest.raises(UsageError, match="no symbol of CPC"):
        inventor_hotspots(record, ("electrolysis",))
