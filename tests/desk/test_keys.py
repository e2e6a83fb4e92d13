"""The desk's key: made once for its owner, never the one that everybody knows, never inside a clone."""

from __future__ import annotations

import hashlib
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from udsyn.desk.ops import keys
from udsyn.errors import UsageError


def test_a_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    place = tmp_path / "desk"
    key = keys.secret_key(place, None)
    assert len(key) > 60
    assert keys.secret_key(place, None) == key
    assert stat.S_IMODE((place / "secret.key").stat().st_mode) == 0o600


@pytest.mark.parametrize("given", [True, False])
def test_a_key_that_others_know_is_refused_from_file_and_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: bool
) -> None:
    known = "a key that was in a repository"
    monkeypatch.setattr(keys, "COMPROMISED", keys.COMPROMISED | {hashlib.sha256(known.encode()).hexdigest()})
    (tmp_path / "secret.key").write_text(known + "\n")
    with pytest.raises(UsageError, match="published with the source code"):
        keys.secret_key(tmp_path, known if given else None)


def test_the_key_that_was_published_is_among_them() -> None:
    """Its SHA-256, taken from the file before it left: `sha256sum` over what stood in `desk/secret.key`."""
    assert {digest[:12] for digest in keys.COMPROMISED} == {"c10260d65b35"}


def test_git_leaves_out_a_desk_that_lies_inside_a_clone(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    keys.secret_key(tmp_path / "demo/desk", None)
    status = subprocess.run(["git", "status", "--porcelain"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert status.stdout == ""


def test_without_a_name_no_desk_is_made_inside_a_clone(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / "below").mkdir()
    command = [sys.executable, "-c", "from udsyn.cli import main; main()", "desk", "check"]
    clean = {"PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, cwd=tmp_path / "below", capture_output=True, text=True, env=clean)
    assert done.returncode == 2
    assert "inside the clone" in done.stderr
    assert not (tmp_path / "below/desk").exists()
