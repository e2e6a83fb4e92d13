"""Type checkers see every public verb as it is, though `udsyn` loads it when it is first used."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import udsyn
from udsyn import stub

ROOT = Path(__file__).parents[1]
#: verbs of the evidence that are not asked with a question: of the record, of a number, of pairs in a file
OTHERS = ("audit", "explain", "grants_effect", "instrument_effect")
#: packages of the doors, whose questions are of calls, patents and tenders, not of a home country's works
DOORS = ("funds", "markets", "safeguards", "technology")
ASKED = [
    name
    for name, place in udsyn.VERBS.items()
    if "evidence" in place and name not in OTHERS and not place.startswith(tuple(f"udsyn.evidence.{d}" for d in DOORS))
]


def test_the_stub_is_of_these_verbs() -> None:
    """Written by `python -m udsyn.stub > src/udsyn/__init__.pyi`."""
    assert (ROOT / "src" / "udsyn" / "__init__.pyi").read_text(encoding="utf-8") == stub.text()


def test_mypy_reveals_the_type_of_every_verb(tmp_path: Path) -> None:
    file = tmp_path / "asked.py"
    lines = ["import udsyn", *(f"reveal_type(udsyn.{name})" for name in udsyn.VERBS)]
    lines += ["reveal_type(udsyn.ties('record', 'DK', partner='KR', years=(2015, 2020)))", "udsyn.share('r', home=7)"]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), str(file)]
    said = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False).stdout
    revealed = {int(line): type_ for line, type_ in re.findall(r'asked\.py:(\d+): note: Revealed type is "(.*)"', said)}
    for line, name in enumerate(udsyn.VERBS, start=2):
        assert revealed[line].startswith("def ("), (name, revealed.get(line))
        assert not revealed[line].endswith("-> Any"), (name, revealed[line])
    last = len(udsyn.VERBS) + 2
    assert revealed[last].endswith("Result"), revealed[last]
    assert f"asked.py:{last + 1}: error" in said, "a wrong part is found before anything runs"


@pytest.mark.parametrize("name", ASKED)
def test_verbs_of_the_evidence_are_asked_alike(name: str) -> None:
    """A record first, then a question or its home (a hot-spot's id and a list of partners stand between them)."""
    parameters = inspect.signature(getattr(udsyn, name)).parameters
    names = [key for key in parameters if key not in ("id_", "partners")]
    assert names[:2] == ["record", "question"]
    assert parameters["parts"].kind is inspect.Parameter.VAR_KEYWORD
    assert {parameters[key].kind for key in names[2:]} <= {
        inspect.Parameter.KEYWORD_ONLY,
        inspect.Parameter.VAR_KEYWORD,
        *([inspect.Parameter.POSITIONAL_ONLY] if "partner" in names else []),
    }
