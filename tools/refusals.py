"""Which texts that refuse something are not marked for translation.

Read from the code as it stands: each refusal's text, and what is filled into it, is followed back
through variables, parameters, tables and functions of whatever module to where it is written.
There it stands in what marks it (tools/messages.py), or is a fault.
"""

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TypeAlias

#: What refuses or answers, and the place of its text; every class derived from one of them refuses
#: alike.
REFUSALS = {
    "DomainError": 0,
    "Violation": 2,
    "Guard": 2,
    "APIException": 0,
    "AuthenticationFailed": 0,
    "ErrorDetail": 0,
    "Http404": 0,
    "ParseError": 0,
    "PermissionDenied": 0,
    "ValidationError": 0,
    "add_error": 1,
    "message_user": 1,
}
#: The text by its name, and the texts that a class or a field gives to its refusals.
NAMES = ("detail", "message")
TABLES = {"default_detail", "default_error_messages", "error_messages", "violation_error_message"}
#: What the admin's acts, forms and questions say.
PAGES = {"consequence", "done", "help_text", "label", "question"}
#: What an expression takes its text from.
PARTS: Mapping[type[ast.expr], tuple[str, ...]] = {
    ast.BoolOp: ("values",),
    ast.Dict: ("values",),
    ast.DictComp: ("value",),
    ast.FormattedValue: ("value",),
    ast.GeneratorExp: ("elt",),
    ast.IfExp: ("body", "orelse"),
    ast.List: ("elts",),
    ast.ListComp: ("elt",),
    ast.NamedExpr: ("value",),
    ast.Set: ("elts",),
    ast.Starred: ("value",),
    ast.Subscript: ("value",),
    ast.Tuple: ("elts",),
}
#: Calls that hand on the text of what they are given, and of what they are asked of.
OF_ARGUMENTS = {"str", "join", "list", "tuple", "dict", "paragraph"}
OF_OWNERS = {"get", "format", "strip", "rstrip", "capitalize", "lower", "items", "values"}
#: A word filled in may be a name, as of a field; several are read.
SAYS_SOMETHING, SEVERAL_WORDS = re.compile(r"[^\W\d_]"), re.compile(r"[^\W\d_],? [^\W\d_]")
NOWHERE = 99


class Text(NamedTuple):
    """An expression of a module, as a refusal's whole text or as what is filled into it."""

    module: "Module"
    node: ast.expr
    is_filled_in: bool = False


class Taken(NamedTuple):
    """A parameter that a refusal's text comes from."""

    place: int
    name: str
    is_filled_in: bool = False


Definition: TypeAlias = tuple["Module", ast.stmt]


@dataclass(eq=False, slots=True)
class Module:
    """One file: what it defines by name, what it imports, and where a node stands."""

    path: str
    tree: ast.Module
    defined: dict[str, list[ast.stmt]] = field(default_factory=dict)
    imported: dict[str, tuple[str, str]] = field(default_factory=dict)
    functions: dict[ast.AST, tuple[ast.FunctionDef, ...]] = field(default_factory=dict)
    classes: dict[ast.AST, ast.ClassDef] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._enter(self.tree, (), None)

    @property
    def is_of_the_admin(self) -> bool:
        return "/admin/" in self.path

    def _enter(
        self, node: ast.AST, within: tuple[ast.FunctionDef, ...], of: ast.ClassDef | None
    ) -> None:
        self.functions[node] = within
        if of:
            self.classes[node] = of
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            self.defined.setdefault(node.name, []).append(node)
        elif isinstance(node, ast.ImportFrom):
            for each in node.names:
                self.imported[each.asname or each.name] = (node.module or "", each.name)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and not within:
            for target in targets_of(node):
                self.defined.setdefault(target, []).append(node)
        within = (node, *within) if isinstance(node, ast.FunctionDef) else within
        for child in ast.iter_child_nodes(node):
            self._enter(child, within, node if isinstance(node, ast.ClassDef) else of)


class Search:
    """Follows every text; `found` are those that are not marked."""

    def __init__(self, modules: Mapping[str, Module], marks: Collection[str]) -> None:
        self.modules, self.marks = modules, marks
        self.refusals = {
            name: {Taken(place, each) for each in NAMES} for name, place in REFUSALS.items()
        }
        self.tellers: dict[ast.stmt, set[Taken]] = {}
        self.found: dict[Text, None] = {}
        self._followed: set[Text] = set()

    def run(self) -> None:
        nodes = [(each, node) for each in self.modules.values() for node in each.functions]
        self._derive([node for _, node in nodes if isinstance(node, ast.ClassDef)])
        calls_and_tables = [
            (module, node)
            for module, node in nodes
            if isinstance(node, (ast.Call, ast.Assign, ast.AnnAssign))
        ]
        known = -1
        while known != (known := sum(map(len, self.tellers.values()))):
            for module, node in calls_and_tables:
                for text in self._texts_at(module, node):
                    self._follow(text)

    def _derive(self, classes: Collection[ast.ClassDef]) -> None:
        known = 0
        while known != (known := len(self.refusals)):
            for node in classes:
                for base in self.refusals.keys() & set(map(name_of, node.bases)):
                    self.refusals.setdefault(node.name, self.refusals[base])

    def _texts_at(self, module: Module, node: ast.AST) -> Iterator[Text]:
        if isinstance(node, ast.Call):
            for taken in self._taken_by(module, node):
                for argument in arguments_of(node, taken):
                    yield Text(module, argument, taken.is_filled_in)
            told = TABLES | PAGES if module.is_of_the_admin else TABLES
            yield from (Text(module, each.value) for each in node.keywords if each.arg in told)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value:
            yield from (Text(module, node.value) for each in targets_of(node) if each in TABLES)

    def _taken_by(self, module: Module, call: ast.Call) -> Iterator[Taken]:
        name = name_of(call.func)
        of_a_refusal = getattr(module.classes.get(call), "name", "") in self.refusals
        if name in self.refusals:
            yield from self.refusals[name]
        elif name == "__init__" and of_a_refusal:
            yield from self.refusals["DomainError"]
        else:
            for there, function in self._definitions(module, call.func):
                is_method = function in there.classes
                for taken in self.tellers.get(function, ()):
                    yield taken._replace(place=taken.place - is_method)

    def _definitions(self, module: Module, node: ast.expr) -> Iterator[Definition]:
        """Where a name is defined: in its module or class, or where it is imported from."""
        name = name_of(node)
        if isinstance(node, ast.Attribute) and name_of(node.value) not in {"self", "cls"}:
            source = ".".join(module.imported.get(name_of(node.value), ()))
        elif name in module.defined:
            yield from ((module, each) for each in module.defined[name])
            return
        else:
            source, name = module.imported.get(name, ("", ""))
        if other := self.modules.get(source):
            yield from self._definitions(other, ast.Name(name))

    def _follow(self, text: Text) -> None:
        if text not in self._followed:
            self._followed.add(text)
            if self._says_something(text):
                self.found[text] = None
            else:
                for behind in self._behind(text):
                    self._follow(behind)

    def _says_something(self, text: Text) -> bool:
        wanted = SEVERAL_WORDS if text.is_filled_in else SAYS_SOMETHING
        parts = text.node.values if isinstance(text.node, ast.JoinedStr) else [text.node]
        written = [each.value for each in parts if isinstance(each, ast.Constant)]
        return any(isinstance(each, str) and wanted.search(each) for each in written)

    def _behind(self, text: Text) -> Iterator[Text]:
        """Where a text comes from, one step back."""
        module, node, is_filled_in = text
        if isinstance(node, ast.BinOp):
            yield text._replace(node=node.left)
            yield Text(module, node.right, is_filled_in or isinstance(node.op, ast.Mod))
        elif isinstance(node, ast.JoinedStr):
            yield from (Text(module, each, is_filled_in=True) for each in node.values)
        elif isinstance(node, ast.Call):
            yield from self._behind_call(text, node)
        elif isinstance(node, ast.Name):
            yield from self._behind_name(text, node)
        for name in PARTS.get(type(node), ()):
            parts = getattr(node, name)
            for part in parts if isinstance(parts, list) else [parts]:
                yield text._replace(node=part)

    def _behind_call(self, text: Text, call: ast.Call) -> Iterator[Text]:
        """A mark takes a text as it is written, and one that was marked before."""
        module, name = text.module, name_of(call.func)
        if name in self.marks or module.imported.get(name, ("", name))[1] in self.marks:
            written = [each for each in call.args if not isinstance(each, ast.Constant)]
            yield from (text._replace(node=each) for each in written)
            return
        if name in OF_ARGUMENTS:
            given = [*call.args, *(each.value for each in call.keywords)]
            yield from (text._replace(node=each) for each in given)
        elif name in OF_OWNERS and isinstance(call.func, ast.Attribute):
            yield text._replace(node=call.func.value)
        for there, function in self._definitions(module, call.func):
            for inner in ast.walk(function):
                if isinstance(inner, (ast.Return, ast.Yield, ast.YieldFrom)) and inner.value:
                    yield Text(there, inner.value, text.is_filled_in)

    def _behind_name(self, text: Text, node: ast.Name) -> Iterator[Text]:
        for function in text.module.functions.get(node, ()):
            if taken := parameter_of(function, node.id):
                places = self.tellers.setdefault(function, set())
                places.add(taken._replace(is_filled_in=text.is_filled_in))
                return
            if values := list(held_by(function, node.id)):
                yield from (text._replace(node=each) for each in values)
                return
        for there, statement in self._definitions(text.module, node):
            if isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value:
                yield Text(there, statement.value, text.is_filled_in)


def unmarked(
    root: Path, apps: Collection[str], apart: Collection[str], marks: Collection[str]
) -> list[str]:
    """Every text of a refusal that is not marked, with file and line."""
    modules = {}
    for path in (each for app in apps for each in sorted((root / app).rglob("*.py"))):
        name = path.relative_to(root)
        if not set(apart) & set(name.parts):
            dotted = ".".join(name.with_suffix("").parts).removesuffix(".__init__")
            modules[dotted] = Module(name.as_posix(), ast.parse(path.read_text()))
    search = Search(modules, marks)
    search.run()
    return [
        f"{module.path}:{node.lineno}: is read, and is not marked: {ast.unparse(node)}"
        for module, node, _ in search.found
    ]


def name_of(node: ast.expr | None) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def targets_of(node: ast.Assign | ast.AnnAssign) -> list[str]:
    return list(map(name_of, node.targets if isinstance(node, ast.Assign) else [node.target]))


def arguments_of(call: ast.Call, taken: Taken) -> Iterator[ast.expr]:
    if 0 <= taken.place < len(call.args):
        yield call.args[taken.place]
    yield from (each.value for each in call.keywords if each.arg == taken.name)


def parameter_of(function: ast.FunctionDef, name: str) -> Taken | None:
    arguments = function.args
    places = [each.arg for each in (*arguments.posonlyargs, *arguments.args)]
    if name in places:
        return Taken(places.index(name), name)
    return Taken(NOWHERE, name) if name in [each.arg for each in arguments.kwonlyargs] else None


def held_by(function: ast.FunctionDef, name: str) -> Iterator[ast.expr]:
    """What a variable holds: what it is assigned, or each of what is looped over."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                yield from unpacked(target, node.value, name)
        elif isinstance(node, (ast.AnnAssign, ast.AugAssign, ast.NamedExpr)) and node.value:
            yield from unpacked(node.target, node.value, name)
        elif isinstance(node, (ast.For, ast.comprehension)):
            rows = node.iter.elts if isinstance(node.iter, (ast.List, ast.Tuple)) else [node.iter]
            for row in rows:
                yield from unpacked(node.target, row, name)


def unpacked(target: ast.expr, value: ast.expr, name: str) -> Iterator[ast.expr]:
    if name_of(target) == name:
        yield value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for each, inner in zip(target.elts, value.elts, strict=False):
            yield from unpacked(each, inner, name)
    elif isinstance(target, ast.Tuple) and name in map(name_of, target.elts):
        yield value
