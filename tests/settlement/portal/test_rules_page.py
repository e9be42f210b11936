"""Every rule that stands beside a figure leads to its text."""

import re
from pathlib import Path

import pytest
from django.template import Context, Template
from django.test import Client

ROOT = Path(__file__).resolve().parents[3]
NAMED = re.compile(r"""(?:rule ["']|rule=["']|, ["'])(R\d+(?:\.\d+)?)["']""")
SOURCES = ("templates", "settlement/portal", "settlement/readings", "sellers/portal")


@pytest.mark.django_db
def test_every_rule_that_is_named_is_told(client: Client) -> None:
    files = [
        path
        for source in SOURCES
        for path in (ROOT / source).rglob("*")
        if path.suffix in {".py", ".html"}
    ]
    named = {rule for path in files for rule in NAMED.findall(path.read_text())}
    assert len(named) > 30
    told = re.findall(r'<div id="(R[\d.]+)"', client.get("/rules/").text)
    assert named - {*told} == set()
    assert len(told) == len({*told})


def test_a_chip_leads_to_the_rule() -> None:
    chip = Template('{% load console %}{% rule "R7.3" %}').render(Context())
    assert 'href="/rules/#R7.3"' in chip
