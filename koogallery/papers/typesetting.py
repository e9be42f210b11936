"""Papers as PDF by typst, one process or several: PDF/A, tagged, the same bytes for the same words.

Plain Python, so that a part of a long paper is a child process of its own, which starts quickly and
takes its memory with it: `python typesetting.py FILE` writes the paper of its input to FILE.
"""

import json
import logging
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    import typst

logger = logging.getLogger(__name__)

HERE = Path(__file__).resolve().parent
TEMPLATE = HERE / "paper.typ"
#: Rows of tables of a paper that is composed at once, and of a part of a longer one: 230 MB.
ROWS_AT_ONCE, ROWS_OF_A_PART = 500, 1_000
#: For archives: with the structure that readers for the blind need, and of joined parts without.
TAGGED: "list[typst.PDFStandard]" = ["a-3a", "ua-1"]
JOINED: "list[typst.PDFStandard]" = ["a-3b"]

#: What turns the direction of all that follows, and the mark of byte order.
_UNFIT = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
#: They choose one of a font's forms, and are drawn by none.
_SELECTORS = frozenset((*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
_TAGS, _JOINER = range(0xE0000, 0xE0080), "\N{ZERO WIDTH JOINER}"
_FIRST_STRONG, _ENDS = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"

Said = dict[str, Any]


def font_folders() -> list[Path]:
    """Those of this folder, and Noto Sans CJK, which comes as a package."""
    package = find_spec("manimgx_fonts_cjk")
    assert package is not None and package.origin, "requirements.lock names it"
    return [HERE / "fonts", Path(package.origin).parent]


@cache
def _fonts() -> "typst.Fonts":
    import typst  # noqa: PLC0415  # 34 MB that only a process which composes shall load

    folders = [str(each) for each in font_folders()]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


def typeset(paper: Said, standards: "list[typst.PDFStandard]" = TAGGED) -> bytes:
    """By the standards; what they refuse in spite of `legible` is made without them, and logged."""
    import typst  # noqa: PLC0415

    try:
        return _compiled(paper, standards)
    except typst.TypstError:
        logger.critical("%s is composed without PDF/A.", paper["number"], exc_info=True)
        return _compiled(paper, [])


def _compiled(paper: Said, standards: "list[typst.PDFStandard]") -> bytes:
    """The template reads nothing but its own folder, and no word of the paper as markup."""
    import typst  # noqa: PLC0415

    return typst.compile(
        TEMPLATE,
        root=HERE,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"paper": json.dumps(paper, ensure_ascii=False)},
        pdf_standards=standards,
        pdf_tags=standards == TAGGED,
    )


def write(file: BinaryIO, paper: Said) -> None:
    """However long it is, in as much memory as a part takes."""
    if sum(len(_rows_of(part)) for part in paper["parts"]) <= ROWS_AT_ONCE:
        file.write(typeset(legible(paper)))
    else:
        _join(file, paper, list(_cut(paper)))


def _rows_of(part: Said) -> Sequence[Any]:
    """A table goes over pages, whatever else is short."""
    return part["rows"] if part["kind"] == "table" else ()


def _cut(paper: Said) -> Iterator[Said]:
    """As papers of at most so many rows, of which only the first has a head."""
    taken: list[Said] = []
    room, is_first = ROWS_OF_A_PART, True
    for part in paper["parts"]:
        rows, done = _rows_of(part), 0
        while len(rows) - done > room:
            some = {**_from(part, done), "rows": rows[done : done + room], "totals": []}
            yield {**paper, "parts": [*taken, some], "is_first": is_first, "is_part": True}
            done, room, taken, is_first = done + room, ROWS_OF_A_PART, [], False
        taken.append(_from(part, done))
        room = max(room - len(rows) + done, 1)
    yield {**paper, "parts": taken, "is_first": is_first, "is_part": True}


def _from(part: Said, done: int) -> Said:
    """What is left of a table below its first rows."""
    if not done:
        return part
    results = [place - done for place in part["results"]]
    return {**part, "title": "", "rows": part["rows"][done:], "results": results}


def _join(file: BinaryIO, paper: Said, parts: Sequence[Said]) -> None:
    """Each composed by a process of its own; the feet are drawn last, when all pages are known."""
    import pikepdf  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        first, *others = [
            _in_a_child(part, Path(folder) / str(place)) for place, part in enumerate(parts)
        ]
        with pikepdf.open(first) as joined:
            for path in others:
                with pikepdf.open(path) as part:
                    joined.pages.extend(part.pages)
            upright = [page.mediabox[2] < page.mediabox[3] for page in joined.pages]
            feet = {**paper, "parts": [], "feet": upright}
            with pikepdf.open(_in_a_child(feet, Path(folder) / "feet")) as drawn:
                for page, foot in zip(joined.pages, drawn.pages, strict=True):
                    drawing = joined.copy_foreign(foot.as_form_xobject())
                    page.add_resource(drawing, pikepdf.Name.XObject, pikepdf.Name.Foot)
                    page.contents_add(b"q", prepend=True)
                    page.contents_add(b"Q /Foot Do")
                joined.save(file, deterministic_id=True)


def _in_a_child(paper: Said, path: Path) -> Path:
    subprocess.run(  # noqa: S603  # this file
        [sys.executable, "-I", __file__, str(path)],
        input=json.dumps(legible(paper)).encode(),
        env={},
        check=True,
    )
    return path


def legible(said: Any) -> Any:
    """The same with every letter that no font has written as U+20147: a paper is always made."""
    if isinstance(said, str):
        return said if said.isascii() and said.isprintable() else _legible(said)
    if isinstance(said, (list, tuple)):
        return [legible(each) for each in said]
    if isinstance(said, dict):
        return {name: legible(each) for name, each in said.items()}
    return said


@lru_cache(maxsize=10_000)
def _legible(text: str) -> str:
    """A letter and the marks on it are of one font, as they are drawn; else the marks are named.

    A text that begins from the right is laid out from the right as a whole.
    """
    written = "".join(_cluster(each) for each in _clusters(text))
    is_turned = any(unicodedata.bidirectional(each) in {"R", "AL"} for each in written)
    return f"{_FIRST_STRONG}{written}{_ENDS}" if is_turned else written


def _clusters(text: str) -> Iterator[str]:
    cluster = ""
    for letter in text.replace("\t", " "):
        if cluster and not (_sits_on_another(letter) or cluster[-1] == _JOINER):
            yield cluster
            cluster = ""
        cluster += letter
    yield cluster


def _sits_on_another(letter: str) -> bool:
    """Marks, joiners, and the tags that make one flag of another."""
    return unicodedata.category(letter).startswith("M") or letter == _JOINER or ord(letter) in _TAGS


def _cluster(cluster: str) -> str:
    if any(font.issuperset(map(ord, cluster)) for font in _coverage()):
        return cluster
    if len(cluster) == 1:
        return cluster if cluster == "\n" else _named(cluster)
    letter, marks = cluster[0], cluster[1:]
    return _cluster(letter) + "".join(
        _named(each) if _sits_on_another(each) else _cluster(each) for each in marks
    )


def _named(letter: str) -> str:
    return f"U+{ord(letter):04X}"


@cache
def _coverage() -> tuple[frozenset[int], ...]:
    """What each font can draw; bold ones have the letters of their regular ones."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    def letters(path: Path) -> frozenset[int]:
        with TTFont(path, fontNumber=0, lazy=True) as font:
            return frozenset(filter(_is_drawn, font.getBestCmap())) | _SELECTORS

    fonts = [path for folder in font_folders() for path in sorted(folder.glob("*.tt?"))]
    return tuple(letters(path) for path in fonts if "Bold" not in path.name)


def _is_drawn(code: int) -> bool:
    """PDF/A takes none of private meaning; no name turns what follows it."""
    letter = chr(code)
    return unicodedata.category(letter) not in {"Cc", "Co"} and letter not in _UNFIT


if __name__ == "__main__":
    given = json.load(sys.stdin.buffer)
    Path(sys.argv[1]).write_bytes(typeset(given, JOINED))
