from io import BytesIO

import pytest

from koogallery.kit.errors import InvalidInput
from sellers.feeds.csv_rows import CsvRows


def read(content: bytes) -> list[tuple[list[str], str]]:
    return [(list(row.cells), row.defect) for row in CsvRows(BytesIO(content))]


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\n1,2\n",
        b"a,b\r\n1,2\r\n",
        b"\xef\xbb\xbfa, b\n1,2",
        b'"a","b"\n"1","2"\n',
        b"a,b\n\n1,2\n\n",
    ],
)
def test_common_forms_of_csv_are_read_alike(content: bytes) -> None:
    rows = CsvRows(BytesIO(content))
    assert rows.header == ["a", "b"]
    assert [list(row.cells) for row in rows] == [["1", "2"]]
    assert rows.bytes_read == len(content)


def test_a_cell_may_hold_commas_quotes_and_lines() -> None:
    assert read(b'a,b\n"x,""y""\nz",2\n') == [(['x,"y"\nz', "2"], "")]


def test_a_broken_row_says_so_and_the_next_is_read() -> None:
    assert read(b"a,b\n1\n1,2,3\n\xff,2\n1\0,2\n3,4\n") == [
        (["1"], "The row has 1 cells, the header 2."),
        (["1", "2", "3"], "The row has 3 cells, the header 2."),
        (["\udcff", "2"], "The row is not UTF-8."),
        (["1\0", "2"], "The row contains NUL."),
        (["3", "4"], ""),
    ]


def test_an_endless_cell_is_kept_as_it_stands() -> None:
    endless = b'"' + b"x" * 200_000 + b"\n"
    broken, *rest = read(b"a,b\n" + endless + b"3,4\n")
    assert broken == (
        [endless.decode()],
        "The row is not CSV: field larger than field limit (131072).",
    )
    assert rest == [(["3", "4"], "")]


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfea\0,\0b\0\n\0"])
def test_a_file_without_a_readable_header_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidInput, match="The file has no header"):
        CsvRows(BytesIO(content))


def test_a_column_named_twice_is_refused() -> None:
    with pytest.raises(InvalidInput, match="names a column twice: a"):
        CsvRows(BytesIO(b"a,b,a\n"))


def test_rows_come_in_batches() -> None:
    rows = CsvRows(BytesIO(b"a\n1\n2\n3\n"))
    assert [len(batch) for batch in rows.by_batch(2)] == [2, 1]
