"""Every option of every verb against values that no one means: a sentence and exit status 2, never a traceback.

First each value is read alone, with the verb itself put aside; then the verbs that only read run with values that were
let through.
"""

from __future__ import annotations

import random
from pathlib import Path

import click
import pytest

from udsyn.cli import main, udsyn
from udsyn.cli.reference import walk
from udsyn.cli.values import Real, Whole

LEAVES = {path: command for path, command, _ in walk(udsyn, "udsyn") if not isinstance(command, click.Group)}
NUMBERS = [
    "-1", "-0", "0", "00", "1", "+1", "1.0", "0.1", ".5", "1.", "1e3", "1e400", "-1e400", "1e-400", "nan", "NaN",
    "-nan", "inf", "-inf", "Infinity", "1_000", "1,000", "0x10", "0b1", "1/2", "²", "½", "٣", "৪", "一", "Ⅷ", "99",
    "999", "9999", "10000", "2147483647", "2147483648", "-2147483649", "4294967295", "4294967296",
    "9223372036854775807", "9223372036854775808", "18446744073709551616", "99999999999999999999999999",
    "-99999999999999999999999999", "1e18", "1e19", "--1", "1-", "-", "+", "%", "3%", "3.4.5",
]  # fmt: skip
PERIODS = [
    "3000-4000", "1066", "2020-", "-2020", "2020--2021", "2021-2020", "2020-2021-2022", "20-21", "2020.7",
    "2020,2021", "99999-99999", "²⁰²⁰", "2020–2021", "A-B", "0-0",
]  # fmt: skip
#: No system hands a zero byte to a program.
TEXTS = [
    "", " ", "\t", "\n", "\x7f", "\u202e", "\ufeff", "�", "🦉", "æøå", "ﬁ", "İ", "ß", "'", '"', "''", "`", "\\",
    "'; DROP TABLE works; --", "' OR '1'='1", '" OR ""="', "$(id)", "`id`", "${x}", "%s", "%n%n", "{0}", "{{7*7}}",
    "{% x %}", "../../etc/passwd", "/", "//", "~", "*", "?", "[", "]", "(", "<script>", "&amp;", "=1+1", "@SUM(A1)",
    "-", "--", "--help x", "null", "None", "true", "NA", "N/A", "DK;KR", "DK,KR", "dk", "XX", "ZZ", "EU", "WORLD",
    "UNKNOWN", "T", "A", "W", "I", "T0", "A0", "W0", "T99999999999999999999", "A99999999999999999999",
    "W99999999999999999999", "fields/", "x" * 10_000, "=", "a=", "=1", "a=b", "growth=nan", "growth=-1", "fit=nan",
    "fit=inf", "1h=nan", "100=1,100", "h=1", ",", ",,", "a,b", "share", "share/", "share/DK", "share/DK/x",
    "profile/DK/full/all/field/21#x", "ties/DK/DK/2020", "x/" * 100, "#", "@", "#@",
]  # fmt: skip
VALUES = [*NUMBERS, *PERIODS, *TEXTS]
#: Verbs that only read a record, with what each must be given.
READING = {
    "audit": [],
    "differences": ["--country", "DK", "--against", "KR"],
    "diversity": ["--country", "DK"],
    "emerging": ["--level", "field"],
    "explain": ["share/DK/2020"],
    "hotspots": [],
    "partners": ["--home", "DK"],
    "profile": ["--country", "DK", "--seed", "1"],
    "published": ["--home", "DK"],
    "rates": ["--country", "DK"],
    "share": ["--country", "DK"],
    "strengths": ["--home", "DK", "--partner", "KR"],
    "ties": ["--home", "DK"],
}
FOUND = {"find": ["water"], "introduce": ["--to", "A1"], "about": ["A1"], "path": ["A1", "A2"]}
WHOLE_RUNS = 6  #: of values that each option of a reading verb is run with


def options_of(path: str) -> list[click.Parameter]:
    return [
        option for option in LEAVES[path].params if not getattr(option, "is_flag", False) and option.name != "record"
    ]


def words_for(option: click.Parameter, value: str) -> list[str]:
    """The words of a command line that give an option, or an argument, a value."""
    return [f"{option.opts[-1]}={value}"] if isinstance(option, click.Option) else ["--", value]


def run(words: list[str], capsys: pytest.CaptureFixture[str]) -> int:
    """The exit status; what is refused is one sentence on stderr."""
    capsys.readouterr()
    try:
        main(words)
    except SystemExit as stop:
        status = int(stop.code or 0)
    else:
        return 0
    said = capsys.readouterr().err.strip().splitlines()
    if status:
        assert status in (1, 2), (words, status)
        assert said, words
        assert said[-1].startswith("udsyn: "), (words, said)
        assert said[-1].endswith((".", "help`.")), (words, said)
        assert "Traceback" not in " ".join(said)
    return status


def test_the_table_is_large() -> None:
    assert len(set(VALUES)) > 150


def test_every_number_is_bounded() -> None:
    loose = [
        f"{path} {option.opts[-1]}"
        for path, command in LEAVES.items()
        for option in command.params
        if isinstance(option.type, (click.types.IntParamType, click.types.FloatParamType))
        and not (isinstance(option.type, (Whole, Real)) and option.type.min is not None and option.type.max is not None)
        and not getattr(option, "is_flag", False)
    ]
    assert loose == []


#: every third command, drawn; all in `make prove`
DRAWN = set(random.Random("hostile").sample(sorted(LEAVES), len(LEAVES) // 3))


@pytest.mark.parametrize(
    "path", [path if path in DRAWN else pytest.param(path, marks=pytest.mark.prove) for path in LEAVES]
)
def test_a_hostile_value_is_read_or_refused_in_a_sentence(
    path: str, counted: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    command = LEAVES[path]
    monkeypatch.setattr(command, "callback", lambda **_: None)
    monkeypatch.setenv("UDSYN_RECORD", str(counted))
    for option in options_of(path):
        for other in command.params:
            monkeypatch.setattr(other, "required", False)
        for value in VALUES:
            status = run([*path.split()[1:], *words_for(option, value)], capsys)
            assert status in (0, 2), (path, option.name, value)
            if not value.strip():
                assert status == 2, (path, option.name, value)
            if isinstance(option.type, (Whole, Real)) and value in ("nan", "inf", "-1", "1e400", "²", "", "1_000"):
                assert status == 2, (path, option.name, value)


@pytest.mark.parametrize("verb", READING)
def test_what_is_let_through_ends_in_an_answer_or_a_sentence(
    verb: str, counted: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draw = random.Random(verb)
    for option in options_of(f"udsyn evidence {verb}"):
        for value in draw.sample(VALUES, WHOLE_RUNS):
            given = READING[verb] if isinstance(option, click.Option) else []
            if value != "--help x" and option.name != "out" and option.name != "map_file":
                run(["evidence", verb, *given, "--record", str(counted), *words_for(option, value)], capsys)


@pytest.mark.parametrize("verb", FOUND)
def test_contacts_end_in_an_answer_or_a_sentence(verb: str, counted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draw = random.Random(verb)
    for option in options_of(f"udsyn contacts {verb}"):
        given = FOUND[verb] if isinstance(option, click.Option) else FOUND[verb][1:]
        for value in draw.sample(VALUES, WHOLE_RUNS):
            run(["contacts", verb, "--record", str(counted), *words_for(option, value), *given], capsys)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["share", "--country", "DK", "--field", "999"], "the record holds no such field, but 1"),
        (["share", "--country", "DK", "--years", "3000-4000"], "--years 3000-4000: the record holds "),
        (["ties", "--home", "DK", "--year", "1066"], "--year 1066: the record holds "),
        (["hotspots", "--topic", "T1"], "the record holds no such topic"),
        (["hotspots", "--window", "0", "--by-year"], "0 is not in the range"),
        (["emerging", "--limit", "-1"], "-1 is not in the range"),
        (["strengths", "--home", "DK", "--partner", "KR", "--weight", "growth=nan"], "--weight growth=nan"),
        (["siting", "--home", "DK", "--reach", "100=nan"], "--reach 100=nan"),
    ],
)
def test_a_filter_that_nothing_held_answers_is_refused_with_what_is_held(
    words: list[str], said: str, counted: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["evidence", *words, "--record", str(counted)])
    assert stop.value.code == 2
    assert said in capsys.readouterr().err
