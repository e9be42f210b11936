"""The operations of a migration in groups, each of which is rendered once.

Django renders all related models anew for every model, field, index or constraint, and here all
are related: that was most of the time in which an empty database is migrated.
"""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.db.migrations import AddConstraint, AddField, AddIndex, CreateModel, RemoveConstraint
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

#: What none of its like, told of the state before all of them and the state after, does otherwise.
_KINDS: dict[type[Operation], str] = {
    CreateModel: "models",
    AddField: "fields",
    AddIndex: "rules",
    AddConstraint: "rules",
    RemoveConstraint: "rules",
}


def made_at_once(operations: Iterable[Operation]) -> list[Operation]:
    """The same operations; those of one kind that follow one another are one."""
    return [
        operation
        for kind, run in groupby(operations, lambda each: _KINDS.get(type(each)))
        for operation in ([Together(*run)] if kind else run)
    ]


class Together(Operation):
    def __init__(self, *operations: Operation) -> None:
        self.operations = operations

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.__dict__.pop("apps", None)  # rendered again by who asks for it
        for each in self.operations:
            each.state_forwards(app_label, state)

    def database_forwards(self, app_label: str, *editor_and_states: Any) -> None:
        for each in self.operations:
            each.database_forwards(app_label, *editor_and_states)

    def database_backwards(self, app_label: str, *editor_and_states: Any) -> None:
        for each in reversed(self.operations):
            each.database_backwards(app_label, *editor_and_states)

    def describe(self) -> str:
        return "; ".join(each.describe() for each in self.operations)
