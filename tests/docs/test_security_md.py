"""docs/security.md: no item of ASVS is left out, and every file and test it names is there."""

import ast
import re
from pathlib import Path

from koogallery.settings import BASE_DIR
from tests.docs.tables import read

DOCUMENT = read("security.md")
#: Items of levels 1 and 2 of ASVS 5.0.0, by section.
ITEMS = """
1.1: 1-2; 1.2: 1-9; 1.3: 1-11; 1.4: 1-3; 1.5: 1-2; 2.1: 1-3; 2.2: 1-3; 2.3: 1-4; 2.4: 1-1;
3.2: 1-2; 3.3: 1-4; 3.4: 1-6; 3.5: 1-5; 3.7: 1-2; 4.1: 1-3; 4.2: 1-1; 4.3: 1-2; 4.4: 1-4;
5.1: 1-1; 5.2: 1-3; 5.3: 1-2; 5.4: 1-3; 6.1: 1-3; 6.2: 1-12; 6.3: 1-4; 6.4: 1-4; 6.5: 1-5;
6.6: 1-3; 6.8: 1-4; 7.1: 1-3; 7.2: 1-4; 7.3: 1-2; 7.4: 1-5; 7.5: 1-2; 7.6: 1-2; 8.1: 1-2;
8.2: 1-3; 8.3: 1-1; 8.4: 1-1; 9.1: 1-3; 9.2: 1-4; 10.1: 1-2; 10.2: 1-2; 10.3: 1-4; 10.4: 1-11;
10.5: 1-5; 10.6: 1-2; 10.7: 1-3; 11.1: 1-2; 11.2: 1-3; 11.3: 1-3; 11.4: 1-4; 11.5: 1-1; 11.6: 1-1;
12.1: 1-3; 12.2: 1-2; 12.3: 1-4; 13.1: 1-1; 13.2: 1-5; 13.3: 1-2; 13.4: 1-5; 14.1: 1-2; 14.2: 1-4;
14.3: 1-3; 15.1: 1-3; 15.2: 1-3; 15.3: 1-7; 16.1: 1-1; 16.2: 1-5; 16.3: 1-4; 16.4: 1-3; 16.5: 1-3;
17.1: 1-1; 17.2: 1-4; 17.3: 1-2
"""
NONE = "–"


def expected() -> set[str]:
    found = re.findall(r"([\d.]+): (\d+)-(\d+)", ITEMS)
    return {
        f"{section}.{number}"
        for section, first, last in found
        for number in range(int(first), int(last) + 1)
    }


def test_every_item_is_told_once() -> None:
    rows = [row["Item"] for row in DOCUMENT.tables["asvs"]]
    [absent] = re.findall(r"\*\*Not there.*?\n\n", DOCUMENT.text, re.DOTALL)
    told = rows + re.findall(r"\d+\.\d+\.\d+", absent)
    assert len(told) == len(set(told))
    assert set(told) == expected()
    assert {row["Met"] for row in DOCUMENT.tables["asvs"]} == {"yes", "partly", "no"}


def test_files_and_tests_are_there() -> None:
    missing = []
    for row in DOCUMENT.tables["asvs"]:
        if row["Where"] != NONE and not Path(BASE_DIR, row["Where"]).exists():
            missing.append(row["Where"])
        if row["Test"] != NONE:
            path, _, name = row["Test"].partition("::")
            file = Path(BASE_DIR, "tests", path)
            if not file.exists() or (name and name not in functions(file)):
                missing.append(row["Test"])
    assert missing == []


def functions(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
