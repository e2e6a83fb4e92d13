"""The notebook of the docs runs from top to bottom, and what it shows says where it comes from."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parents[2] / "docs" / "notebook.ipynb"


def shown(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def test_the_notebook_runs(counted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UDSYN_RECORD", str(counted))
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    outputs = shown(notebook)
    assert not [output for output in outputs if output.output_type == "error"]
    (table,) = [output.data["text/html"] for output in outputs if "Definition: ties" in str(output.get("data"))]
    assert "source: openalex" in table
    assert any("svg" in kind for output in outputs for kind in output.get("data", {}))
    assert "it takes home, unit, years" in "".join(output.get("text", "") for output in outputs)


def test_what_is_shown_was_run_and_names_no_folder() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    assert all(cell.outputs or cell.source.startswith("import") for cell in notebook.cells if cell.cell_type == "code")
    assert not [output for output in shown(notebook) if output.output_type == "error"]
    assert "/home/" not in NOTEBOOK.read_text(encoding="utf-8")
