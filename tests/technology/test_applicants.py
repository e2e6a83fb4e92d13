"""Names of organisations: what is one, what is two, and how well it agrees with labels that people made."""

from __future__ import annotations

import csv
import os
from itertools import combinations
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from udsyn.cli import udsyn
from udsyn.errors import UdsynError, UsageError
from udsyn.evidence.technology.names import agreement, disagreements, link_names, pairwise
from udsyn.evidence.technology.names.forms import form_of
from udsyn.evidence.technology.names.resolve import resolve
from udsyn.evidence.technology.names.spelling import corrections

NBER = "assignees/nber-subset.csv.gz"


def one(*names: str, wide: bool = False, often: int = 1) -> bool:
    """Whether all names are one organisation; the first is mentioned `often` times."""
    found = resolve({name: often if name == names[0] else 1 for name in names}, wide=wide)
    return len({named.entity for named in found.values()}) == 1


@pytest.mark.parametrize(
    "names",
    [
        ("Haldor Tøpsøe A/S", "Haldor Topsoe AS", "HALDOR TOPSØE", "Haldor Topsoe, A/S"),
        ("Nissan Motor Co., Ltd.", "NISSAN MOTOR CO LTD", "Nissan Motor Company, Limited"),
        ("Nordvind Kabushiki Kaisha", "Nordvind K.K.", "株式会社Nordvind"),
        ("Hanbit Chemical Jusik Hoesa", "주식회사 Hanbit Chem."),
        ("The Regents of the University of California", "Regents of The Univ. of Calif.", "University of California"),
        (
            "The United States of America as represented by the Secretary of Energy",
            "United States of America, as represented by the U.S. Department of Energy",
        ),
        ("MTU Motoren- und Turbinen-Union München GmbH", "Motoren-und Turbinen-Union Muenchen GmbH"),
        ("I.B.M. Corporation", "IBM Corp."),
        ("Acme Widgets, Inc., a corporation of Delaware", "Acme Widgets Incorporated"),
    ],
)
def test_spellings_of_one_organisation(names):
    assert one(*names)


@pytest.mark.parametrize(
    "names",
    [
        ("Motorola GmbH", "Motorola, Inc."),
        ("General Foods Corporation", "General Foods, Limited"),
        ("American Technology Corp.", "American Technology, Inc."),
        ("University of Miami", "Miami University"),
        ("Ohio University", "Ohio State University"),
        ("Samsung SDI Co., Ltd.", "Samsung Electronics Co., Ltd."),
        ("Nissan Motor Co., Ltd., No. 2", "Nissan Motor Co., Ltd."),
        ("University of", "University"),
    ],
)
@pytest.mark.parametrize("wide", [False, True])
def test_names_that_are_two(names, wide):
    assert not one(*names, wide=wide)


def test_wide_reads_slips_of_names_that_are_often_written():
    assert one("Eastman Kodak Company", "Eastman Kodal Company", wide=True, often=500)
    assert one("Eastman Kodak Company", "EastmanKodak Co.", wide=True, often=500)
    assert not one("Eastman Kodak Company", "Eastman Kodal Company", wide=True)  # as often: two firms for all we know
    assert not one("Eastman Kodak Company", "Eastman Kodal Company", often=500)


def test_a_legal_form_written_rarely_is_a_slip_of_the_usual_one():
    assert one("Motorola, Inc.", "Motorola Corporation", often=1000)
    assert not one("Motorola, Inc.", "Motorola Corporation", often=3)


def test_misspelt_words_are_read_as_common_ones():
    counts = {"ADMINISTRATION": 400, "ADMINSTRATION": 3, "ADMINISTRATIONS": 2, "ZYMOGENETICS": 1}
    assert corrections(counts) == {"ADMINSTRATION": "ADMINISTRATION"}
    assert corrections({"UNIVERSTIY": 1}, ["UNIVERSITY"]) == {"UNIVERSTIY": "UNIVERSITY"}
    assert form_of("Universtiy of Aarhus", {"UNIVERSTIY": "UNIVERSITY"}) == form_of("University of Aarhus")


def test_the_answer_does_not_depend_on_the_order_of_the_file(tmp_path):
    rows = [("1", "Acme Inc."), ("2", "ACME, Incorporated"), ("3", "Acme GmbH"), ("4", "Acme"), ("5", "Zeta SpA")]
    answers = []
    for order in (rows, rows[::-1]):
        file = written(tmp_path, ["mention_id,name", *(f'{number},"{name}"' for number, name in order)])
        link_names(file, tmp_path / "out.csv")
        answers.append(dict(pl.read_csv(tmp_path / "out.csv", infer_schema=False).iter_rows()))
    assert answers[0] == answers[1]
    assert answers[0]["1"] == answers[0]["2"] != answers[0]["3"]


def test_people_decide_and_every_link_says_why(tmp_path):
    file = written(tmp_path, ["mention_id,name", "1,Acme Inc.", "2,Acme Labs Inc.", "3,Acme Incorporated", "4,"])
    decided = tmp_path / "decided.csv"
    decided.write_text("name,entity\nAcme Labs Inc.,Acme Inc.\n", encoding="utf-8")
    told = link_names(file, tmp_path / "out.csv", overrides=decided, links=tmp_path / "why.csv")
    assert told == {"mentions": 4, "names": 3, "entities": 2}
    assert (tmp_path / "out.csv").read_text().splitlines() == [
        "mention_id,entity", "1,Acme Inc.", "2,Acme Inc.", "3,Acme Inc.", "4,4",
    ]  # fmt: skip
    with (tmp_path / "why.csv").open(newline="") as rows:
        why = {row["name"]: (row["linked_to"], row["reason"]) for row in csv.DictReader(rows)}
    assert why == {
        "Acme Inc.": ("Acme Inc.", "its own name"),
        "Acme Incorporated": ("Acme Inc.", "same normal form"),
        "Acme Labs Inc.": ("Acme Inc.", "decided"),
    }


def test_pairs_are_counted_as_by_hand():
    labels = [("a", 1), ("a", 1), ("a", 2), ("b", 2), ("b", 3), ("c", 3)]
    same = {(i, j) for i, j in combinations(range(6), 2) if labels[i][0] == labels[j][0]}
    found = {(i, j) for i, j in combinations(range(6), 2) if labels[i][1] == labels[j][1]}
    told = pairwise(pl.DataFrame(labels, schema=["entity", "found"], orient="row"))
    assert (told["pairs"], told["precision"], told["recall"]) == (
        len(same),
        len(same & found) / len(found),
        len(same & found) / len(same),
    )


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "\x00\x01", "mention_id\n1\n"])
def test_a_wrong_file_is_told(tmp_path, text):
    file = tmp_path / "names.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UdsynError, match=r"names\.csv"):
        link_names(file, tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()


def test_an_empty_line_is_no_mention(tmp_path):
    file = written(tmp_path, ["name;other;mention_id", "IBM CORP;;1", "", "IBM Corporation;;2", ";x;3"])
    assert link_names(file, tmp_path / "out.csv") == {"mentions": 3, "names": 2, "entities": 2}
    assert (tmp_path / "out.csv").read_text().splitlines() == ["mention_id,entity", "1,IBM CORP", "2,IBM CORP", "3,3"]


def test_the_file_that_is_read_is_not_written_over(tmp_path):
    file = written(tmp_path, ["mention_id,name", "1,IBM"])
    with pytest.raises(UsageError, match="write to another one"):
        link_names(file, file.parent / "." / file.name)
    assert file.read_text().startswith("mention_id,name")


def test_pairs_against_the_truth_are_listed(tmp_path):
    file = written(
        tmp_path, ["mention_id,name,entity", "1,Acme Inc.,x", "2,Acme Incorporated,y", "3,Beta AG,z", "4,B,z"]
    )
    link_names(file, tmp_path / "out.csv")
    told = disagreements(file, tmp_path / "out.csv").to_dicts()
    assert [(row["error"], row["name"], row["other"], row["pairs"]) for row in told] == [
        ("apart", "B", "Beta AG", 1),
        ("joined", "Acme Inc.", "Acme Incorporated", 1),
    ]


def test_the_command(tmp_path):
    file = written(tmp_path, ["mention_id,name,entity", "1,Acme Inc.,x", "2,Acme Incorporated,x", "3,Beta AG,y"])
    out = tmp_path / "out.csv"
    told = CliRunner().invoke(
        udsyn, ["technology", "names", str(file), "--out", str(out), "--check", "--format", "json"]
    )
    assert told.exit_code == 0, told.output
    assert '"f1": 1.0' in told.stdout


def test_labels_made_by_hand(tmp_path):
    """Legal forms alone give F1 0.990 over mentions, and over distinct names recall 0.13."""
    if "UDSYN_DATA" not in os.environ:
        pytest.skip("UDSYN_DATA names no folder with real data")
    truth = Path(os.environ["UDSYN_DATA"]) / NBER
    link_names(truth, tmp_path / "out.csv")
    mentions, names = agreement(truth, tmp_path / "out.csv")
    assert mentions["f1"] >= 0.993
    assert mentions["precision"] >= 0.998
    assert names["recall"] >= 0.30
    assert names["precision"] >= 0.95


def written(tmp_path: Path, lines: list[str]) -> Path:
    file = tmp_path / "names.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file
