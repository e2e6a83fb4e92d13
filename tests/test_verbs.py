"""The verbs can be imported from `udsyn`, with type hints and a docstring, and importing `udsyn` loads none of them."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

import udsyn


@pytest.mark.parametrize("name", udsyn.VERBS)
def test_verb_is_there_and_explains_itself(name: str) -> None:
    verb = getattr(udsyn, name)
    assert inspect.getdoc(verb)
    signature = inspect.signature(verb)
    assert signature.return_annotation is not inspect.Signature.empty
    assert all(p.annotation is not inspect.Parameter.empty for p in signature.parameters.values())
    assert name in dir(udsyn)


def test_unknown_verb() -> None:
    with pytest.raises(AttributeError, match="nothing_like_it"):
        _ = udsyn.nothing_like_it


def test_importing_udsyn_is_light() -> None:
    code = "import sys, udsyn; print([m for m in ('duckdb', 'polars', 'django', 'numpy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
