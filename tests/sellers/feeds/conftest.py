import csv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

WriteFeed = Callable[..., Path]


@pytest.fixture
def write_feed(tmp_path: Path) -> WriteFeed:
    """Write rows under the columns that they name, empty where a row leaves one out."""

    def write(*rows: Mapping[str, Any], name: str = "feed.csv") -> Path:
        path = tmp_path / name
        columns = list(dict.fromkeys(column for row in rows for column in row))
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write
