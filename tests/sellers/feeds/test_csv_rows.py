import gzip
import tracemalloc
from io import BytesIO
from typing import Any

import pytest

from koogallery.kit.errors import InvalidInput
from sellers.feeds.csv_rows import LONGEST_LINE, CsvRows

QUOTE = (
    "A quotation mark is out of place. A cell with one is quoted as a whole, the mark doubled, "
    "and ends on its own line."
)


def read(content: bytes) -> list[tuple[int, list[str], str]]:
    return [(row.line, list(row.cells), row.defect) for row in CsvRows(BytesIO(content))]


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\n1,2\n",
        b"a,b\r\n1,2\r\n",
        b"\xef\xbb\xbfa, b\n1,2",
        b'\xef\xbb\xbf"a","b"\r\n"1","2"\r\n',
        b'"a","b"\n"1","2"\n',
        b"a,b\n\n1,2\n\n",
        b"a,b,,\n1,2,,\n,,,\n",
        b"a,b\n1,2,,\n , \n,,,,,\n",
        b"sep=,\na,b\n1,2\n",
        gzip.compress(b"a,b\n1,2\n", mtime=0),
    ],
)
def test_common_forms_of_csv_are_read_alike(content: bytes) -> None:
    rows = CsvRows(BytesIO(content))
    assert rows.header == ["a", "b"]
    assert [list(row.cells) for row in rows] == [["1", "2"]]


def test_a_cell_may_hold_commas_and_quotes() -> None:
    assert read(b'a,b\n"x,""y""",2\n') == [(2, ['x,"y"', "2"], "")]


@pytest.mark.parametrize(
    "defective",
    [
        '"1,2',
        '1,"2',
        '1"x,2',
        '1,2"',
        '"1"x,2',
        '"1,""2',
        '"1"",2',
        '1,"',
        '1, "2"',
    ],
)
def test_a_stray_quotation_mark_costs_its_own_line(defective: str) -> None:
    assert read(f'a,b\n"0",0\n{defective}\n3,"4"\n{defective}\n5,6\n'.encode()) == [
        (2, ["0", "0"], ""),
        (3, [defective], QUOTE),
        (4, ["3", "4"], ""),
        (5, [defective], QUOTE),
        (6, ["5", "6"], ""),
    ]


def test_a_cell_over_two_lines_gives_neither_line_the_others_cells() -> None:
    assert read(b'a,b\n"1\n2",3\n4,5\n') == [
        (2, ['"1'], QUOTE),
        (3, ['2",3'], QUOTE),
        (4, ["4", "5"], ""),
    ]


def test_a_broken_row_says_so_and_the_next_is_read() -> None:
    assert read(b"a,b\n1\n1,2,3\n\xff,2\n1\0,2\n1\r,2\n3,4\n") == [
        (2, ["1"], "The row has 1 cells, the header 2."),
        (3, ["1", "2", "3"], "The row has 3 cells, the header 2."),
        (4, ["\udcff", "2"], "The row is not UTF-8; save the file as UTF-8."),
        (5, ["1\0", "2"], "The row contains NUL."),
        (6, ["1\r,2"], "The row contains a line break (CR)."),
        (7, ["3", "4"], ""),
    ]


def test_an_encoding_that_can_be_guessed_is_named() -> None:
    [(_, _, defect)] = read(b"a,b\n" + "华为,2\n".encode("gbk"))
    assert defect == "The row is not UTF-8, it reads as GBK; save the file as UTF-8."


def test_an_endless_cell_is_kept_as_it_stands() -> None:
    endless = '"' + "x" * 200_000 + '"'
    assert read(f"a,b\n{endless}\n3,4\n".encode()) == [
        (2, [endless], "The row is not CSV: field larger than field limit (131072)."),
        (3, ["3", "4"], ""),
    ]


def test_the_rest_of_a_line_that_is_too_long_is_no_row_of_its_own() -> None:
    long = b"x" * LONGEST_LINE
    [first, second] = read(b"a,b\n" + long + b"1,2\n3,4\n")
    assert first[2] == "The row is longer than 1048576 bytes; only its beginning is kept here."
    assert second == (3, ["3", "4"], "")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file has no header."),
        (b"\n", "The file has no header."),
        (b'"a,b\n', "The file has no header that can be read. A quotation mark"),
        ("华为,b\n".encode("gbk"), "The row is not UTF-8, it reads as GBK"),
        (b"a,b,a\n", "The header names a column twice: a."),
        (b"a,,b\n", "Column 2 of the header has no name."),
        (b"a;b\n1;2\n", "are separated by semicolons; save it separated by commas."),
        (b"sep=;\na;b\n", "are separated by semicolons"),
        (b'"a"\t"b"\n', "are separated by tabs"),
        ("a,b\n".encode("utf-16"), "The file is UTF-16; save it as CSV in UTF-8."),
        ("a,b\n".encode("utf-16-le"), "The file is UTF-16 or no text"),
        (b"a,b\r1,2\r", "The lines of the file end in CR alone"),
        (b"PK\x03\x04rest", "The file is a workbook or an archive (XLSX, ZIP)"),
        (b"PAR1\x15\x04", "The file is Parquet"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(content: bytes, reason: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        CsvRows(BytesIO(content))
    assert reason in refusal.value.detail


@pytest.mark.parametrize("damage", [slice(None, -12), slice(None, 40)])
def test_a_compressed_file_that_ends_early_is_refused(damage: slice) -> None:
    whole = gzip.compress(b"a,b\n" + b"".join(b"%d,2\n" % n for n in range(9999)))
    with pytest.raises(InvalidInput, match="The compressed file is damaged or ends early"):
        list(CsvRows(BytesIO(whole[damage])))


def test_rows_come_in_batches() -> None:
    rows = CsvRows(BytesIO(b"a\n1\n2\n3\n"))
    assert [len(batch) for batch in rows.by_batch(2)] == [2, 1]


class Endless(BytesIO):
    """A file without end, made while it is read."""

    left = 200_000

    def readinto(self, buffer: Any) -> int:
        line = b'"1",2\n' if self.tell() else b"a,b\n"
        self.seek(1)
        self.left -= 1
        buffer[: len(line)] = line
        return len(line) if self.left else 0


def test_memory_does_not_grow_with_the_file() -> None:
    tracemalloc.start()
    assert sum(1 for _ in CsvRows(Endless())) > 190_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000
