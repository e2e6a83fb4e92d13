"""The mutator does each thing that it says, once, and leaves alone what no test could see."""

from __future__ import annotations

import pytest
from tests.mutation.mutator import mutants


@pytest.mark.parametrize(
    ("source", "faults"),
    [
        ("a < b", {"a >= b", "a <= b"}),
        ("a == b", {"a != b"}),
        ("a in b", {"a not in b"}),
        ("not a", {"a"}),
        ("a and b", {"a or b"}),
        ("a + b", {"a - b"}),
        ("a = 3", {"a = 4"}),
        ("a = True", {"a = False"}),
        ("f(a, b)", {"f(a)"}),
        ("f(a, b=c)", {"f(a)"}),
        ("def f():\n    return a", {"def f():\n    return None"}),
        ("def f():\n    return None", set()),
        ("raise E(a, 3)", set()),
        ("zip(a, strict=True)", set()),
        ("sum(a, N(0))", {"sum(a, N(1))"}),
        ("@cache(3)\ndef f(a: Literal[3]):\n    pass", set()),
        ("'words'", set()),
    ],
)
def test_each_fault_is_made_alone(source: str, faults: set[str]) -> None:
    found = [mutant.source for mutant in mutants(source)]
    assert sorted(found) == sorted(faults)
