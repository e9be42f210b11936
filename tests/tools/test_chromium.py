"""The browser that ./run test fetches."""

import io
import tarfile
from pathlib import Path
from typing import Any

import pytest

from tools import chromium


class Before3114(tarfile.TarFile):
    """As it is in Python 3.11.2, which Debian 12 brings: it knows no filter."""

    def extractall(  # type: ignore[override]
        self, path: Any = ".", members: Any = None, *, numeric_owner: bool = False
    ) -> None:
        super().extractall(path, members, numeric_owner=numeric_owner)


@pytest.mark.parametrize("known", [True, False], ids=["with filters", "Python 3.11.2"])
def test_archives_are_unpacked_by_every_python_that_is_promised(
    known: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not known:
        monkeypatch.delattr(tarfile, "data_filter", raising=False)
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as made:
        made.addfile(tarfile.TarInfo("lib/libnss3.so"))
    content.seek(0)

    with (tarfile.TarFile if known else Before3114).open(fileobj=content) as archive:
        chromium._extract(archive, tmp_path)

    assert (tmp_path / "lib" / "libnss3.so").exists()
