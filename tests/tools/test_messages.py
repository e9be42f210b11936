"""Every text is told in every language: what `./run check` asks, asked of the files as they are."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from tools import messages
from tools.messages import _faults, _out_of_date, collect, main


def catalog(*texts: tuple[str | tuple[str, str], str | tuple[str, ...]]) -> Catalog:
    made = Catalog(locale="zh_Hans")
    for text, told in texts:
        made.add(text, told)
    return made


def test_nothing_is_missing_fuzzy_or_obsolete(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0, capsys.readouterr().out


def test_texts_of_templates_and_of_code_are_collected() -> None:
    found = collect()

    assert found.get("Appearance") and found.get("Dark")


def test_each_fault_is_named() -> None:
    told = catalog(
        ("Bill", "账单"),
        ("%(count)s bills", "账单"),
        (("%(count)s day", "%(count)s days"), ("%(count)s 天",)),
        ("Nothing", ""),
    )
    told["Bill"].flags.add("fuzzy")

    assert list(_faults(told)) == [
        "fuzzy: 'Bill'",
        "other placeholders than ['count']: '%(count)s bills'",
        "not translated: 'Nothing'",
    ]


def test_what_is_missing_and_what_nobody_says_any_more_is_named() -> None:
    assert list(_out_of_date(catalog(("Old", "旧")), catalog(("New", "")))) == [
        "missing, call ./run messages: 'New'",
        "obsolete, call ./run messages: 'Old'",
    ]


def test_a_stale_compilation_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "SOURCES", ())
    (tmp_path / "templates").mkdir()
    page = tmp_path / "templates" / "page.html"
    page.write_text('<p>{% load i18n %}</p> ({% translate "Sum" %}\n  x\n y')
    main([])
    po = tmp_path / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    po.write_text(po.read_text().replace('msgid "Sum"\nmsgstr ""', 'msgid "Sum"\nmsgstr "合计"'))

    assert main(["--check"]) == 1
    assert "django.mo is not what django.po says" in capsys.readouterr().out
    assert main([]) == 0 and main(["--check"]) == 0
    with po.open("rb") as file:
        assert read_po(file)["Sum"].string == "合计"
