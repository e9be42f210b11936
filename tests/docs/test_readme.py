"""docs/rules.md: every rule has its line, place and test; what pages and SQL name exists."""

import re
from fnmatch import filter as fitting
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
RULES = re.findall(r"^\| (R[\d.]+) \|.*\| (`.*`) \| `(test_\w+)` \|$", PAGE, flags=re.MULTILINE)
LATER = re.findall(r"R\d+(?:\.\d)?", PAGE.partition("Not there yet")[2].partition("##")[0])
TESTS = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
APPS = ("koogallery", "sellers", "settlement")
FILE = re.compile(
    r"(?<![\w/.-])(?![A-Z]+/)[\w*-][\w*./-]*\.(?:conf|css|html|lock|md|py|sql|toml|yaml)\b(?!\.)"
)
#: The last rule of each chapter of the settlement rules; chapters without parts are 0.
CHAPTERS = {
    "R1": 8,
    "R2": 8,
    "R3": 5,
    "R4": 8,
    "R5": 7,
    "R6": 3,
    "R7": 3,
    "R8": 3,
    "R9": 5,
    "R10": 0,
}


def test_every_rule_is_on_the_page_or_said_to_be_missing() -> None:
    rules = {
        f"{chapter}.{part}" if parts else chapter
        for chapter, parts in CHAPTERS.items()
        for part in range(1, (parts or 1) + 1)
    }
    assert {rule for rule, _, _ in RULES} | set(LATER) == rules


@pytest.mark.parametrize(("rule", "places", "test"), RULES, ids=[rule for rule, _, _ in RULES])
def test_the_rule_is_kept_and_tested_where_the_page_says(rule: str, places: str, test: str) -> None:
    assert all((ROOT / place).exists() for place in re.findall(r"`([^`]+)`", places))
    assert f"def {test}(" in TESTS
    assert f"{rule.replace('.', '_')}_" in test


def test_every_page_linked_to_exists() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    for page in pages:
        links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
        broken = [link for link in links if not (page.parent / link).exists()]
        assert broken == [], page


def test_every_file_that_a_page_or_a_remark_of_sql_names_exists() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    statements = [each for app in APPS for each in (ROOT / app).rglob("*.sql")]
    there = [f"/{each.relative_to(ROOT)}" for each in ROOT.glob("*.*")]
    for place in (*APPS, "assets", "deploy", "docs", "templates", "tests", "tools"):
        there += (f"/{each.relative_to(ROOT)}" for each in (ROOT / place).rglob("*.*"))
    for file in [*pages, *statements]:
        written = file.read_text(encoding="utf-8")
        said = "".join(re.findall("--.*", written)) if file.suffix == ".sql" else written
        gone = [name for name in FILE.findall(said) if not fitting(there, f"*/{name}")]
        assert gone == [], file
