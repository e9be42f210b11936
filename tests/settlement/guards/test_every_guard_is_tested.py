"""No guard without a test that names it: every trigger function, every code of a refusal."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.db import connection

from tests.duties.acts import ROOT

FUNCTIONS = """
SELECT proname, prosrc FROM pg_proc
WHERE prorettype = 'trigger'::regtype AND pronamespace = 'public'::regnamespace
  AND proname !~ '^seal_(koogallery|sellers|settlement)_' -- one a table, written by migrate
"""
APPS = ("koogallery", "sellers", "settlement")

#: What a test would need a broken disk, clock or host for; each is tested by what comes of it.
OF_THE_HOST = {"busy", "clocks_differ", "database_away", "file_missing", "took_too_long"}


@cache
def named() -> frozenset[str]:
    """Every name that a test holds a refusal against."""
    texts = (
        path.read_text(encoding="utf-8")
        for path in (ROOT / "tests").rglob("*.py")
        if path != Path(__file__)
    )
    return frozenset(name for text in texts for name in re.findall(r"[\"'](\w+)[\"']", text))


@pytest.mark.django_db
def test_a_test_names_every_trigger_function_by_what_it_refuses() -> None:
    """One that refuses nothing is named itself."""
    with connection.cursor() as cursor:
        cursor.execute(FUNCTIONS)
        functions = dict(cursor.fetchall())
    refused = {
        name: re.findall(r"CONSTRAINT = '(\w+)'", source) or [name]
        for name, source in functions.items()
    }
    missing = {name: set(told) - named() for name, told in refused.items() if set(told) - named()}
    assert missing == {}


def test_a_test_names_every_code_of_a_refusal() -> None:
    codes = {code: path for path in sources() for code in codes_in(path)}
    assert {code: codes[code] for code in codes.keys() - named() - OF_THE_HOST} == {}
    assert codes.keys() >= OF_THE_HOST


def sources() -> Iterator[Path]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if not {"migrations", "demo"} & set(path.relative_to(ROOT).parts):
                yield path


def codes_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.keyword(arg="code", value=ast.Constant(value=str() as code)):
                yield code
