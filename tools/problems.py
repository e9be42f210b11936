"""`./run problems`: the catalogue of every code a refusal can have, read from the source.

docs/api/problems.md is written by this and by nothing else; `--check` tells whether it is current.
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from koogallery.kit import errors
from settlement.rules.exits import OPEN
from tools.application import ROOT

CATALOGUE = ROOT / "docs" / "api" / "problems.md"
APPS = ("koogallery", "sellers", "settlement")
#: Line, variable, text.
Texts = Sequence[tuple[int, str, str]]
#: Refusals of files and of commands are no answers of the API.
APART = {"demo", "feeds", "management", "migrations"}
INVALID, UNREADABLE = 422, 400
#: What names a refusal besides the classes of koogallery.kit.errors: its status, and at which place
#: its code, its text and its rule stand.
NAMED: Mapping[str, tuple[int, int, int, int | None]] = {
    "Violation": (INVALID, 1, 2, 3),
    "Standard": (INVALID, 1, 3, 0),
    "ErrorDetail": (UNREADABLE, 1, 0, None),
    "invalid": (UNREADABLE, 1, 0, 2),
    "_invalid": (UNREADABLE, 1, 0, 2),
    "refused": (INVALID, 0, 1, None),
    "wrong": (INVALID, 0, 1, None),
}
#: Given by the framework, in its own words.
OF_THE_FRAMEWORK: Mapping[str, tuple[int, str]] = {
    "authentication_failed": (401, "The token is unknown, expired or revoked."),
    "blank": (UNREADABLE, "A text that has to say something is empty."),
    "empty": (UNREADABLE, "A list that has to hold something is empty."),
    "fault": (500, "Something failed on our side; it was done as a whole, or not at all."),
    "invalid": (UNREADABLE, "The value is of another kind; as `type`: see `errors`."),
    "invalid_choice": (UNREADABLE, "The word is none of the vocabulary."),
    "max_length": (UNREADABLE, "A text or a list is too long."),
    "method_not_allowed": (405, "The address has no such method."),
    "not_a_list": (UNREADABLE, "A list is expected."),
    "not_authenticated": (401, "No token, and no session of a browser."),
    "more_errors": (UNREADABLE, "So many more errors were found; the first 100 are listed."),
    "null": (UNREADABLE, "The value may not be null."),
    "null_characters_not_allowed": (UNREADABLE, "A text holds the character NUL."),
    "parse_error": (UNREADABLE, "The body is not JSON."),
    "permission_denied": (403, "This caller sees it, but may not do this."),
    "required": (UNREADABLE, "The field has to be given."),
    "unstorable_text": (UNREADABLE, "A text holds NUL or half a surrogate pair."),
    "throttled": (429, "Too many calls; `Retry-After` says when to come again."),
    "unsupported_media_type": (415, "The body has to be `application/json`."),
}
#: Whose refusals are told as those of the value that could not be read.
READERS = {"reading.py", "cycles.py"}
#: What is told in the words of the moment.
SAID = {
    "carries_amount": "A pay-per-use order carries no amount, so nothing of it can be refunded.",
    "changed_meanwhile": "The object is no longer as it was read; read it again.",
    "changes_nothing": "The amount must not be 0.",
    "conflict": "It is recorded already, with other content.",
    "method_supported": "Orders of this delivery method cannot be unsubscribed.",
    "seller_has_left": "The seller has left; there is nothing new for it.",
    "within_unused_share": "More than the unused share of the image.",
}
HEAD = """# Codes of refusals

Written by `./run problems` from the source; `tests/docs/test_api.py` compares it. A code is stable,
programs may rely on it; texts may change. It stands in `type` behind `urn:koogallery:problem:`, and
in `errors[].code`. Where two callers act at once the database decides: its guard is the code then.

<!-- table: codes -->
| Code | Status | Rule | What it says |
|---|---|---|---|
"""


@dataclass(slots=True)
class Entry:
    """A code with every status and rule that it is given; its text is the first one found."""

    statuses: set[int] = field(default_factory=set)
    rules: set[str] = field(default_factory=set)
    text: str = ""

    def add(self, status: int, rule: str, text: str) -> None:
        self.statuses |= {status} if status else set()
        self.rules |= {rule} if rule else set()
        if " " in text and not self.text:
            self.text = text

    def row(self, code: str) -> str:
        statuses = ", ".join(map(str, sorted(self.statuses)))
        rules = ", ".join(sorted(self.rules, key=_rule_order))
        text = self.text or f"{code.replace('_', ' ').capitalize()}."
        text = text.replace("|", "/").replace("\n", " ")
        return f"| `{code}` | {statuses} | {rules} | {text} |"


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run problems", description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="write nothing; 1 if it is not current"
    )
    check = parser.parse_args(arguments).check
    text = catalogue()
    if check:
        current = CATALOGUE.exists() and CATALOGUE.read_text() == text
        print("current" if current else "docs/api/problems.md is not current: call ./run problems")
        return 0 if current else 1
    CATALOGUE.write_text(text)
    return 0


def catalogue() -> str:
    rows = [entry.row(code) for code, entry in sorted(collect().items())]
    return HEAD + "\n".join(rows) + "\n"


def collect() -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for code, (status, text) in OF_THE_FRAMEWORK.items():
        found.setdefault(code, Entry()).add(status, "", text)
    for code, told in OPEN.items():
        _, several = told
        found.setdefault(code, Entry()).add(409, "R6.3", f"Still open: {several}.")
    for path in sorted(_files()):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for code, status, rule, text in _of_module(tree):
            read = UNREADABLE if path.name in READERS else status
            found.setdefault(code, Entry()).add(read, rule, text or SAID.get(code, ""))
    return found


def _files() -> Iterator[Path]:
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            if not APART & set(path.relative_to(ROOT).parts):
                yield path


def _of_module(tree: ast.Module) -> Iterator[tuple[str, int, str, str]]:
    texts = _texts_of_names(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _of_call(node, texts)
        elif isinstance(node, ast.ClassDef):
            yield from _of_class(node)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            yield from _of_guards(node)


def _of_call(call: ast.Call, texts: Texts) -> Iterator[tuple[str, int, str, str]]:
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    given = {each.arg: each.value for each in call.keywords if each.arg}
    status = getattr(getattr(errors, name, None), "status", 0)
    code, text, rule = given.get("code"), _at(call, 0), given.get("rule")
    if name in NAMED:
        status, code_at, text_at, rule_at = NAMED[name]
        code = _at(call, code_at) or code
        text = _at(call, text_at) or given.get("detail")
        rule = (None if rule_at is None else _at(call, rule_at)) or rule
    if name == "Who" and (who := given.get("named")):
        status, text = 403, ast.Constant(f"Only {_sentence(who, ())} of … may do this.")
    if (word := _constant(code)) and re.fullmatch(r"\w+", word):
        yield word, status, _constant(rule), _sentence(text, texts)


def _of_class(node: ast.ClassDef) -> Iterator[tuple[str, int, str, str]]:
    told = {
        target.id: each.value
        for each in node.body
        for target in _targets(each)
        if isinstance(target, ast.Name) and isinstance(each, (ast.Assign, ast.AnnAssign))
    }
    if code := _constant(told.get("default_code")):
        status = told.get("status") or told.get("status_code")
        bases = [getattr(each, "id", "") for each in node.bases]
        inherited = [status_of_class(each) for each in bases]
        about = (ast.get_docstring(node) or "").partition("\n")[0]
        yield (
            code,
            _status(status) or max(inherited, default=0),
            "",
            _sentence(told.get("default_detail"), ()) or about,
        )


def _of_guards(node: ast.Assign | ast.AnnAssign) -> Iterator[tuple[str, int, str, str]]:
    if not isinstance(node.value, ast.Dict):
        return
    for key, value in zip(node.value.keys, node.value.values, strict=True):
        if isinstance(value, ast.Call) and getattr(value.func, "id", "") == "Guard":
            refusal, rule, text = value.args[:3]
            status = getattr(errors, getattr(refusal, "id", "")).status
            yield _constant(key), status, _constant(rule), _sentence(text, ())


def _texts_of_names(tree: ast.Module) -> Texts:
    """Texts that stand in a variable before they are raised: line, variable, text."""
    return [
        (node.lineno, target.id, text)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and (text := _sentence(node.value, ()))
    ]


def status_of_class(name: str) -> int:
    if name == "PermissionDenied":
        return 403
    return int(getattr(getattr(errors, name, None), "status", 0))


def _targets(node: ast.stmt) -> Iterable[ast.expr]:
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, ast.AnnAssign) else []


def _at(call: ast.Call, place: int) -> ast.expr | None:
    return call.args[place] if place < len(call.args) else None


def _constant(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _status(node: ast.expr | None) -> int:
    """A number, or a name of HTTPStatus."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return node.value
    name = node.attr if isinstance(node, ast.Attribute) else ""
    return {"CONFLICT": 409, "PRECONDITION_FAILED": 412}.get(name, 0)


def _sentence(node: ast.expr | None, texts: Texts) -> str:
    """The text of a refusal, with … for what is filled in."""
    if isinstance(node, ast.Name):
        before = [(line, text) for line, name, text in texts if name == node.id]
        return max(((line, text) for line, text in before if line < node.lineno), default=(0, ""))[
            1
        ]
    if isinstance(node, ast.JoinedStr):
        return "".join(
            _constant(part) if isinstance(part, ast.Constant) else "…" for part in node.values
        )
    if isinstance(node, ast.BinOp):
        return _sentence(node.left, texts)
    if isinstance(node, ast.Call) and node.args:
        return _sentence(node.args[0], texts)
    return re.sub(r"%\(\w+\)[sd]", "…", _constant(node)).replace("%%", "%")


def _rule_order(rule: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", rule)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
