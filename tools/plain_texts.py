"""Which texts of templates people read as they stand there, so that nobody can translate them."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from django.template.base import Lexer, TokenType

#: What joins values is another sign in another language.
SEPARATOR = re.compile("[,:;] ")
WORD = re.compile(r"[^\W\d_]{2,}")
#: The same in every language.
NAMES = {"AK", "CSV", "Excel", "HTTP", "JSON", "KooGallery", "PDF", "POST", "SK"}
#: Attributes that are read like text, elements whose text is a program's, and signs drawn by name.
READ = {"alt", "aria-label", "data-label", "placeholder", "title"}
UNSEEN = {"abbr", "code", "pre", "script", "style", "svg"}
ICON = "material-symbols-outlined"
#: Filters that write what they are given, and one that knows the plurals of English alone.
WRITING = re.compile(r'\|(?:default|default_if_none|yesno):"([^"]*)"|\|(pluralize)')


#: A block within the attribute of that name.
OF_CLASSES = re.compile(r"block \w+_class\Z")


class Reader(HTMLParser):
    """`texts` with the line each begins in."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[tuple[int, str]] = []
        self._unseen = 0
        self._is_icon = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in UNSEEN
        self._is_icon = ICON in (dict(attrs).get("class") or "")
        self.texts += [(self.getpos()[0], value or "") for name, value in attrs if name in READ]

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in UNSEEN
        self._is_icon = False

    def handle_data(self, data: str) -> None:
        if not (self._unseen or self._is_icon):
            self.texts.append((self.getpos()[0], data))


def plain_texts(root: Path, templates: Path) -> list[str]:
    """With file and line; a text within the tags of translation is none."""
    return [
        f"{path.relative_to(root)}:{line}: is read, and is not marked: {' '.join(text.split())}"
        for path in sorted(templates.rglob("*.html"))
        for line, text in _texts(path.read_text())
        if SEPARATOR.search(text) or any(word not in NAMES for word in WORD.findall(text))
    ]


def _texts(source: str) -> Iterator[tuple[int, str]]:
    html = ""
    marking = ""
    for token in Lexer(source).tokenize():
        lines = "\n" * token.contents.count("\n")
        if token.token_type == TokenType.TEXT and not marking:
            html += token.contents
            continue
        html += lines
        if token.token_type == TokenType.BLOCK:
            name = token.contents.split()[0]
            if name == f"end{marking}":
                marking = ""
            elif name in {"blocktranslate", "comment"} or OF_CLASSES.match(token.contents):
                marking = name
        if token.token_type == TokenType.VAR or marking == "blocktranslate":
            written = WRITING.findall(token.contents)
            yield from ((token.lineno or 0, text or english) for text, english in written)
    yield from Reader(html).texts
