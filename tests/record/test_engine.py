from pathlib import Path

import pytest

from udsyn.errors import UsageError
from udsyn.record.engine import Record
from udsyn.record.tables import TABLES, UNITS


def test_open_refuses_a_folder_without_a_record(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no record"):
        Record.open(tmp_path)


def test_tables_not_held_are_empty_views(tmp_path: Path) -> None:
    with Record.create(tmp_path / "record").connect() as connection:
        for name, table in TABLES.items():
            result = connection.execute(f'SELECT * FROM "{name}"')
            assert [column[0] for column in result.description] == list(table.columns)
            assert result.fetchall() == []


def test_one_to_twenty_authors_share_a_work_exactly() -> None:
    assert all(UNITS % authors == 0 for authors in range(1, 21))
