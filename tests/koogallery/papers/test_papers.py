"""A paper is always made: every script drawn, every letter shown, the same bytes each time."""

import io
import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageFont

from koogallery.papers import Column, Paper, Party, Table, Text, figures, typesetting, write_paper
from tests.papers import said

CJK = "NotoSansCJK-VF.otf.ttc"
#: By font, and the face in it: of Japan, Korea, China.
WORDS = {
    ("NotoSans-Regular.ttf", 0): [
        "Größe",
        "Świętokrzyskie",
        "Yazılım A.Ş.",
        "phần mềm",
        "Ελληνικά",
        "Россия",
        "हिन्दी सॉफ्टवेयर",
    ],
    ("NotoSansThai-Regular.ttf", 0): ["เจ้าพระยา บัญชี"],
    ("NotoSansArabic-Regular.ttf", 0): ["شركة الخليج"],
    ("NotoSansHebrew-Regular.ttf", 0): ["תוכנה בעמ"],
    (CJK, 0): ["骨直ソフト"],
    (CJK, 1): ["骨直소프트"],
    (CJK, 2): ["华为云市场", "骨直", "𠮷龘䶮"],
}
SCALE = 6


def made(*parts: Any, **said_besides: Any) -> bytes:
    file = io.BytesIO()
    write_paper(file, Paper("Paper", "N1", date(2026, 2, 3), parts=parts, **said_besides))
    return file.getvalue()


def a_table(rows: int) -> Table:
    columns = [*figures("No."), Column("Name")]
    return Table("Rows", columns, [(str(row), "华为 Ł") for row in range(rows)], is_wide=True)


def ink(content: bytes) -> Image.Image:
    """What stands between the head and the foot of the first page."""
    with pypdfium2.PdfDocument(content) as document:
        page: Image.Image = document[0].render(scale=SCALE, grayscale=True).to_pil()
    above, below = int(92 * SCALE), int(780 * SCALE)
    return trimmed(ImageChops.invert(page.crop((0, above, page.width, below))))


def trimmed(picture: Image.Image) -> Image.Image:
    box = picture.getbbox()
    assert box, "nothing is drawn"
    return picture.crop(box)


def drawn_alone(word: str, font: str, face: int) -> Image.Image:
    """By another engine, of this font alone."""
    [path] = [folder / font for folder in typesetting.font_folders() if (folder / font).exists()]
    drawer = ImageFont.truetype(path, 9 * SCALE, index=face)
    if font == CJK:
        drawer.set_variation_by_axes([400])
    picture = Image.new("L", (600 * SCALE, 40 * SCALE))
    ImageDraw.Draw(picture).text((20, 20), word, fill=255, font=drawer)
    return trimmed(picture)


def likeness(one: Image.Image, other: Image.Image) -> float:
    """Of two drawings, brought to one size: 1 is the same."""
    size = (one.width // 2, one.height // 2)
    a, b = (each.resize(size).tobytes() for each in (one, other))
    both = sum(x * y for x, y in zip(a, b, strict=True))
    return float(both / (sum(x * x for x in a) * sum(y * y for y in b)) ** 0.5)


def test_every_script_is_drawn_as_its_font_draws_it() -> None:
    """Read back from the pixels: each word is like its own drawing, and like no other's."""
    alone = {word: drawn_alone(word, *font) for font, words in WORDS.items() for word in words}
    for word in alone:
        drawn = ink(made(Text(word)))
        found = {other: likeness(drawn, picture) for other, picture in alone.items()}
        assert [other for other, like in found.items() if like > 0.85] == [word], found


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("𠅇 \U00020147", "U+20147"),
        ("ሰላም", "U+1230U+120BU+121D"),
        ("bell\x07", "bellU+0007"),
        ("private \ue000\ufeff", "private U+E000U+FEFF"),
        ("turned \u202eLSU", "turned U+202ELSU"),
        ("smile 😀\u0301", "U+0301"),
        ("e\u0301 葛\U000e0100", "葛"),
        ("two\nlines\tand a blank", "two\nlines and a blank"),
        ('*bold* #read("/etc/passwd") $x$ <a> {link}', '*bold* #read("/etc/passwd") $x$ <a>'),
    ],
)
def test_a_paper_is_made_and_shows_every_letter(name: str, shown: str) -> None:
    content = made(
        Text(name), Table(name, [Column(name)], [[name]], [[name]]), parties=[Party(name, name)]
    )
    assert shown in said(content)


def test_what_the_standard_refuses_is_made_without_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(typesetting, "legible", lambda said: said)
    assert made(Text("\N{ETHIOPIC SYLLABLE HA}")).startswith(b"%PDF-")
    [alarm] = caplog.records
    assert "without PDF/A" in alarm.getMessage()


def test_a_long_word_breaks_and_is_copied_as_it_is() -> None:
    word = "CS2611152247P6KHR" * 3
    content = made(Table("Orders", [Column("Order"), Column("Name", 9)], [(word, "Beside it")]))
    lines = said(content).split("\n")
    first = next(place for place, line in enumerate(lines) if line.startswith("CS"))
    assert "".join(lines[first:]).startswith(f"{word}Beside it")
    assert len(lines[first]) < len(word)


@pytest.mark.parametrize("amount", ["9.00", "−123,456,789,012,345.00"])
def test_however_long_figures_are_they_stand_beside_each_other(amount: str) -> None:
    columns = [Column("What"), *figures("Q1", "Q2", "Q3", "Q4", "Year")]
    content = made(Table("Sums", columns, [("Sales", *[amount] * 5)]))
    with pypdfium2.PdfDocument(content) as paper:
        text = paper[0].get_textpage().get_text_bounded()
    assert " ".join(["Sales", *[amount] * 5]) in text


#: Letters of every font with marks, joiners and selectors that sit on any of them.
HOSTILE = st.text(
    st.one_of(
        st.characters(), st.sampled_from("a1ب א한중क्षก็😀👩\u200d\ufe0f\u0301\u093e\u0e33\n\t")
    ),
    max_size=60,
)


@given(st.lists(HOSTILE, min_size=30, max_size=30))
@effort(max_examples=15)
def test_whatever_is_said_a_paper_is_made(names: list[str]) -> None:
    made(Table("Names", [Column("Name", 0), Column("Name")], [(name, name) for name in names]))


def test_it_is_pdf_a_tagged_and_every_font_is_in_it() -> None:
    with pikepdf.open(io.BytesIO(made(Text("账本 Ł ไทย عرب 한 हि"), a_table(3)))) as paper:
        root = paper.Root
        assert (root.MarkInfo.Marked, str(root.Lang)) == (True, "en")
        assert root.StructTreeRoot.K
        assert root.OutputIntents[0].S == "/GTS_PDFA1"
        about = paper.open_metadata()
        assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("3", "A")
        assert about["pdfuaid:part"] == "1"
        assert about["xmp:CreateDate"].startswith("2026-02-03")
        fonts = [each for each in paper.objects if _is_font(each)]
        assert {"", "Arabic", "Thai", "CJKsc", "CJKkr"} == {_family(each) for each in fonts}
        for font in fonts:
            assert {"/FontFile2", "/FontFile3"} & set(font.keys()), font


def _family(font: Any) -> str:
    return str(font.FontName).partition("NotoSans")[2].partition("-")[0]


def _is_font(each: Any) -> bool:
    return isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/FontDescriptor"


def test_a_long_paper_is_joined_of_parts_and_says_its_pages() -> None:
    """Each part was a process of its own, so that what is the same twice is so in all."""
    first = made(a_table(1_100))
    assert made(a_table(1_100)) == first
    with pikepdf.open(io.BytesIO(first)) as paper:
        about = paper.open_metadata()
        assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("3", "B")
    with pypdfium2.PdfDocument(first) as paper:
        texts = [page.get_textpage().get_text_bounded() for page in paper]
    for place, text in enumerate(texts, start=1):
        assert f"Page {place} of {len(texts)}" in text
    rows = [line.split()[0] for text in texts for line in text.splitlines() if "华为" in line]
    assert rows == [str(row) for row in range(1_100)]


def test_another_process_makes_the_same_bytes(tmp_path: Path) -> None:
    paper = {
        "language": "zh-hans", "title": "账单", "number": "N1", "page": "{n}", "parties": [],
        "day": {"year": 2026, "month": 2, "day": 3}, "is_first": True, "is_part": False,
        "parts": [{"kind": "text", "title": "", "text": "华为 Ł"}], "feet": [],
    }  # fmt: skip
    there = tmp_path / "paper.pdf"
    command = [sys.executable, "-I", typesetting.__file__, str(there)]
    subprocess.run(command, input=json.dumps(paper).encode(), check=True)
    assert there.read_bytes() == typesetting.typeset(paper, typesetting.JOINED)


def test_a_process_that_makes_no_paper_loads_none_of_it() -> None:
    loaded = "import koogallery.papers.typesetting, sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", loaded], check=True, capture_output=True, text=True
    )
    assert not {"typst", "fontTools", "pikepdf"} & set(done.stdout.split())
