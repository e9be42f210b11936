"""The command as a person or a script meets it."""

import os
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from sellers.models import Seller

pytestmark = pytest.mark.django_db

HEADER = "number,company_name,country,settlement_currency\n"
GOOD = "S-1,Contoso,SG,USD\n"
BAD = "S-2,Fabrikam,Singapore,USD\n"


def run(kind: str, path: Path | str) -> tuple[str, str, str]:
    """Standard output, standard error, and why the exit was not 0."""
    out, err, failure = StringIO(), StringIO(), ""
    try:
        call_command("import_feed", kind, str(path), stdout=out, stderr=err)
    except CommandError as error:
        failure = str(error)
    return out.getvalue(), err.getvalue(), failure


def test_a_good_feed_ends_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "sellers.csv"
    path.write_text(HEADER + GOOD)
    assert run("sellers", path) == ("accepted 1, already known 0, rejected 0\n", "", "")
    assert run("sellers", path) == ("accepted 0, already known 1, rejected 0\n", "", "")
    assert capsys.readouterr() == ("", "")


def test_rejected_rows_end_in_failure_and_say_where_they_are(tmp_path: Path) -> None:
    path = tmp_path / "sellers.csv"
    path.write_text(HEADER + BAD + GOOD)
    out, _, failure = run("sellers", path)
    assert out == "accepted 1, already known 0, rejected 1\n"
    assert failure == f"The rejected rows and their reasons are in {path}.rejected.csv"
    assert Path(f"{path}.rejected.csv").exists()
    assert Seller.objects.get().number == "S-1"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "The file has no header."),
        (
            "number,colour\n",
            "The file lacks the column company_name, country, settlement_currency.",
        ),
    ],
)
def test_a_file_that_is_no_such_feed_is_refused(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "sellers.csv"
    path.write_text(content)
    assert run("sellers", path) == ("", "", f"{path}: {message}")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "none.csv"
    assert run("focus", path) == ("", "", f"{path}: No such file or directory")
    assert run("focus", tmp_path) == ("", "", f"{tmp_path}: Is a directory")


def test_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    assert "invalid choice: 'refunds'" in run("refunds", tmp_path)[2]


def test_where_the_folder_takes_no_file_the_list_goes_to_the_current_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A descriptor's folder takes none from anybody, as a read-only one does from most."""
    monkeypatch.chdir(tmp_path)
    feed = os.memfd_create("feed")
    os.write(feed, (HEADER + BAD).encode())
    out, err, failure = run("sellers", f"/proc/self/fd/{feed}")
    os.close(feed)
    assert out == "accepted 0, already known 0, rejected 1\n"
    assert err == "The folder of the feed cannot be written to.\n"
    assert failure == f"The rejected rows and their reasons are in {feed}.rejected.csv"
    assert "S-2,Fabrikam,Singapore,USD" in (tmp_path / f"{feed}.rejected.csv").read_text()
    assert [path.name for path in tmp_path.iterdir()] == [f"{feed}.rejected.csv"]
