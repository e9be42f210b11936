"""`./run messages`: collect every text that is marked for translation, and compile what is told.

What Django calls models and their columns is collected, too, and what acts are recorded with.
`--check` also names the texts of refusals, of the admin's acts and of templates that are not marked
(tools/refusals.py, tools/plain_texts.py). Needs nothing but Babel: neither GNU gettext nor a
server. Texts stand in English in the code; a language's catalogue is
locale/LANGUAGE/LC_MESSAGES/django.po, compiled to django.mo beside it.
"""

import argparse
import ast
import io
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from tools.application import ROOT
from tools.plain_texts import plain_texts
from tools.refusals import unmarked

ENGLISH = "en"
LANGUAGES = (ENGLISH, "zh_Hans")
SOURCES = ("koogallery", "sellers", "settlement")
#: Data of a demo, migrations and commands are no texts of pages.
APART = ("demo", "migrations", "management")
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "marked": None,
    "marked_number": (1, 2),
    "Sentence": None,
}
#: What a program calls a column otherwise than people do: English has a text for it, too.
ABBREVIATED = re.compile(r"is [a-z ]+\Z|([a-z]+ )*(id|ip|sn|url|vat|wht)( [a-z]+)*\Z")
#: A column of a model, as it is declared; and a new word in the name of a class.
COLUMN = re.compile(r"(fields|models)\.|ArrayField")
CAMEL = re.compile(r"((?<=[a-z])[A-Z]|[A-Z](?![A-Z]|$))")
#: Who writes the record of acts, and foresees one.
RECORDING = {
    "Fact",
    "audit.note",
    "audit.record",
    "record_act",
    "record_payout",
    "reviews.record",
    "approvals.record",
}
#: What they are told that no page tells by its name.
UNTOLD = {None, "actor", "seller", "row", "changes"}
#: The sentence that a statement proves of the books.
INVARIANT = re.compile(r"\A-- (.+\.) \(R")
#: What is filled in at run time; a translation has the same ones.
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
#: The files change when a text does, not whenever they are written.
WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run messages", description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="write nothing; 1 if something is amiss"
    )
    check = parser.parse_args(arguments).check
    collected = collect()
    faults = [fault for language in LANGUAGES for fault in _renew(language, collected, check=check)]
    if check:
        faults += unmarked(ROOT, SOURCES, APART, KEYWORDS.keys())
        faults += plain_texts(ROOT, ROOT / "templates")
    print("\n".join(faults) or f"{len(collected)} texts, in every language")
    return 1 if faults and check else 0


def collect() -> Catalog:
    """Every marked text of code and templates, with the files it stands in."""
    catalog = Catalog(project="KooGallery settlement", creation_date=WRITTEN)
    for path in sorted(_files()):
        method, source = "python", path.read_text()
        if path.suffix == ".sql":
            source = f"marked({INVARIANT.findall(source)[0]!r})"
        if path.suffix in {".html", ".txt"}:
            source = _as_python(source, path)
        file = io.BytesIO(source.encode())
        name = path.relative_to(ROOT).as_posix()
        for _, message, comments, context in extract(method, file, KEYWORDS):
            catalog.add(message, locations=[(name, 0)], auto_comments=comments, context=context)
        if path.parent.name == "models":
            for word in words_of_models(ast.parse(source)):
                catalog.add(word, locations=[(name, 0)])
        if path.suffix == ".py" and not set(APART) & set(path.parts):
            for word in words_of_acts(ast.parse(source)):
                catalog.add(word, locations=[(name, 0)])
    return catalog


def _files() -> Iterator[Path]:
    for source in SOURCES:
        yield from (ROOT / source).rglob("*.py")
        yield from (ROOT / source).rglob("invariants/*.sql")
    for suffix in ("html", "txt"):
        for path in (ROOT / "templates").rglob(f"*.{suffix}"):
            if not set(APART) & set(path.relative_to(ROOT).parts):
                yield path


def words_of_models(module: ast.Module) -> Iterator[str]:
    """What Django calls the models of a module, one and several, and their columns."""
    for model in module.body:
        if not isinstance(model, ast.ClassDef) or model.name.startswith("_"):
            continue
        columns = [name for name, value in _assigned(model.body) if COLUMN.match(_called(value))]
        yield from (name.replace("_", " ") for name in columns)
        meta = next((each for each in model.body if isinstance(each, ast.ClassDef)), None)
        said = (
            {name: getattr(value, "value", "") for name, value in _assigned(meta.body)}
            if meta
            else {}
        )
        if (columns or said.get("proxy")) and not said.get("abstract"):
            name = said.get("verbose_name") or CAMEL.sub(r" \1", model.name).strip().lower()
            yield from (name, said.get("verbose_name_plural") or f"{name}s")


def words_of_acts(module: ast.Module) -> Iterator[str]:
    """To what something is recorded to have been done, if it is no model; names of its facts."""
    calls = [each for each in ast.walk(module) if isinstance(each, ast.Call)]
    recording = set(RECORDING)
    if any(_called(each).startswith("audit.") for each in calls):
        functions = [each for each in module.body if isinstance(each, ast.FunctionDef)]
        recording |= {each.name for each in functions if "verb" in {a.arg for a in each.args.args}}
    for call in calls:
        name = _called(call)
        if name not in recording:
            continue
        named = {"Fact": call.args[:1], "audit.record": call.args[2:3]}.get(name, [])
        yield from (text for each in named for text in _plain(each))
        facts = {each.arg for each in call.keywords if name != "Fact"} - UNTOLD
        yield from (fact.replace("_", " ") for fact in sorted(map(str, facts)))


def _plain(value: ast.expr) -> Iterator[str]:
    """A text, or either of two."""
    if isinstance(value, ast.IfExp):
        yield from (*_plain(value.body), *_plain(value.orelse))
    elif isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
        yield value.value.replace("_", " ")


def _assigned(body: Sequence[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    for each in body:
        if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name):
            yield each.targets[0].id, each.value


def _called(value: ast.expr) -> str:
    return ast.unparse(value.func) if isinstance(value, ast.Call) else ""


def _as_python(source: str, path: Path) -> str:
    """What Django would hand to GNU gettext; in brackets, so that indentation means nothing."""
    return f"(\n{templatize(source, origin=path.name)}\n)"


def _renew(language: str, collected: Catalog, *, check: bool) -> list[str]:
    """Bring one language to what was collected; returns what is amiss with it."""
    po = ROOT / "locale" / language / "LC_MESSAGES" / "django.po"
    told = _read(po, language)
    if language == ENGLISH:
        collected = _unlike_code(collected, told)
    faults = list(_out_of_date(told, collected)) if check else []
    told.update(collected, no_fuzzy_matching=True)
    told.obsolete.clear()
    told.revision_date = WRITTEN
    compiled = io.BytesIO()
    write_mo(compiled, told)
    mo = po.with_suffix(".mo")
    if not check:
        po.parent.mkdir(parents=True, exist_ok=True)
        with po.open("wb") as file:
            write_po(file, told, width=100, sort_output=True, include_lineno=False)
        mo.write_bytes(compiled.getvalue())
    elif not mo.exists() or mo.read_bytes() != compiled.getvalue():
        faults.append(f"{language}: django.mo is not what django.po says; call ./run messages")
    return [*faults, *(f"{language}: {fault}" for fault in _faults(told))]


def _unlike_code(collected: Catalog, told: Catalog) -> Catalog:
    """What English says otherwise than the code does: what it already tells, and abbreviations."""
    chosen = Catalog(project=collected.project, creation_date=WRITTEN)
    for message in collected:
        if message.id in told or ABBREVIATED.match(str(message.id)):
            chosen[message.id] = message
    return chosen


def _read(po: Path, language: str) -> Catalog:
    if not po.exists():
        return Catalog(locale=language, project="KooGallery settlement", creation_date=WRITTEN)
    with po.open("rb") as file:
        return read_po(file, locale=language)


def _out_of_date(told: Catalog, collected: Catalog) -> Iterator[str]:
    for message in collected:
        if message.id and told.get(message.id, message.context) is None:
            yield f"missing, call ./run messages: {message.id!r}"
    for message in told:
        if message.id and collected.get(message.id, message.context) is None:
            yield f"obsolete, call ./run messages: {message.id!r}"


def _faults(told: Catalog) -> Iterator[str]:
    for message in told:
        if not message.id:
            continue
        if message.fuzzy:
            yield f"fuzzy: {message.id!r}"
        texts = _texts(message.string)
        if not texts or not all(texts):
            yield f"not translated: {message.id!r}"
        elif fault := _placeholders_amiss(message, texts):
            yield fault


def _texts(string: str | Sequence[str] | None) -> Sequence[str]:
    return [string] if isinstance(string, str) else string or ()


def _placeholders_amiss(message: Message, texts: Sequence[str]) -> str:
    """The last form of the original counts, as Chinese has no other: it names the number."""
    wanted = set(PLACEHOLDER.findall(_texts(message.id)[-1]))
    if all(set(PLACEHOLDER.findall(text)) == wanted for text in texts):
        return ""
    return f"other placeholders than {sorted(wanted)}: {message.id!r}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
