"""A refusal whose text is not marked for translation is found, wherever the text is written."""

from pathlib import Path

import pytest

from tools.messages import APART, KEYWORDS, SOURCES
from tools.refusals import unmarked

MARKED = {
    "at once": 'def f():\n    raise Conflict(_("Too late."))',
    "with what is filled in": 'def f(x):\n    raise Conflict(_("%(x)s is late.") % {"x": x})',
    "in a variable": 'def f():\n    text = _("Too late.")\n    raise Conflict(text, code="late")',
    "of a number": 'def f(n):\n    raise Conflict(ngettext("One day", "Days", n))',
    "in a table": 'T = {1: marked("Too late.")}\ndef f(x):\n    raise Conflict(_(T[x]))',
    "of another refusal": "def f(error):\n    raise Conflict(error.detail)",
    "a name filled in": 'def f():\n    raise Conflict(_("No %(x)s.") % {"x": "amount"})',
    "a field": 'def f(x):\n    raise InvalidInput(_("No."), code="none", field="amount")',
}
UNMARKED = {
    "at once": 'def f():\n    raise Conflict("Too late.")',
    "by its name": 'def f():\n    raise Conflict(detail="Too late.")',
    "with a value": 'def f(x):\n    raise Conflict(f"{x} is late.")',
    "in a variable": 'def f():\n    text = "Too late."\n    raise Conflict(text)',
    "one of two": 'def f(x):\n    raise Conflict(_("Late.") if x else "Too late.")',
    "of a list": 'def f():\n    return [Violation("x", "late", "Too late.")]',
    "a guard's": 'G = {"late": Guard(Conflict, "R1.1", "Too late.", "x")}',
    "a field's": 'f = Field(error_messages={"invalid": "Too late."})',
    "a class's": 'class Late(APIException):\n    default_detail = "Too late."',
    "a derived refusal's": 'class Late(Conflict): ...\ndef f():\n    raise Late("Too late.")',
    "its own constructor's": (
        "class Late(Conflict):\n    def __init__(self):\n"
        '        super().__init__("Too late.", rule="R1.1")'
    ),
    "handed on": 'def f(text):\n    raise Conflict(text)\ndef g():\n    f("Too late.")',
    "handed to a method": (
        "class A:\n    def f(self, text):\n        raise Conflict(text)\n"
        '    def g(self):\n        self.f("Too late.")'
    ),
    "returned": 'def f():\n    return "Too late."\ndef g():\n    raise Conflict(f())',
    "looked up": 'T = {1: "Too late."}\ndef f(x):\n    raise Conflict(T[x])',
    "looped over": (
        'def f():\n    for x, text in [(1, "Too late.")]:\n        raise Conflict(text)'
    ),
    "filled in": 'def f():\n    raise Conflict(_("It is %(x)s.") % {"x": "far too late."})',
    "marked by its name alone": 'def f():\n    why = "Too late."\n    raise Conflict(_(why))',
    "an answer": 'def f(self, request):\n    self.message_user(request, "Too late.")',
    "joined": 'def f(x):\n    raise Conflict(" ".join(["Too late.", x]))',
}


def found(root: Path, **files: str) -> list[str]:
    for name, text in files.items():
        path = root / "app" / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    (root / "app" / "errors.py").write_text(
        "class Conflict(DomainError): ...\nclass InvalidInput(DomainError): ...\n"
    )
    return unmarked(root, ["app"], ["admin"], KEYWORDS)


@pytest.mark.parametrize("case", MARKED)
def test_what_is_marked_is_no_fault(case: str, tmp_path: Path) -> None:
    assert found(tmp_path, one=MARKED[case]) == []


@pytest.mark.parametrize("case", UNMARKED)
def test_what_is_not_marked_is_named_with_its_line(case: str, tmp_path: Path) -> None:
    [fault] = found(tmp_path, one=UNMARKED[case])
    line = next(at for at, text in enumerate(UNMARKED[case].split("\n"), 1) if "late." in text)
    assert fault.startswith(f"app/one.py:{line}: is read, and is not marked: ")


def test_a_text_is_followed_into_other_modules(tmp_path: Path) -> None:
    refuses = "def f(text):\n    raise Conflict(text)\nLATE = 'Too late.'\n"
    calls = "from app import one\nfrom app.one import LATE, f\nf(LATE)\none.f('Far too late.')\n"

    assert found(tmp_path, one=refuses, two=calls) == [
        "app/one.py:3: is read, and is not marked: 'Too late.'",
        "app/two.py:4: is read, and is not marked: 'Far too late.'",
    ]


def test_what_acts_of_the_admin_say_is_followed(tmp_path: Path) -> None:
    page = tmp_path / "app" / "admin" / "page.py"
    page.parent.mkdir(parents=True)
    page.write_text('LATE = Decision(label="Late", done=_("It is late."))')

    assert unmarked(tmp_path, ["app"], [], KEYWORDS) == [
        "app/admin/page.py:1: is read, and is not marked: 'Late'"
    ]


def test_no_refusal_of_the_portal_is_unmarked() -> None:
    root = Path(__file__).parents[2]
    assert unmarked(root, SOURCES, APART, KEYWORDS) == []
