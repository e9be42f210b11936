"""A row with a state and a declared table of legal moves."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from koogallery.kit.errors import IllegalTransition
from koogallery.tones import State

#: When a row was written is no news; the record of acts has its own clock.
_CLOCKS = frozenset({"modified_at"})


class StatefulModel(models.Model):
    """Moves only as `STATES` may, by compare-and-swap: a row that moved meanwhile is refused."""

    STATES: ClassVar[type[State]]
    state: Any

    class Meta:
        abstract = True

    def may_move_to(self, target: str) -> bool:
        return target in self.STATES(self.state).next

    def move_to(self, target: str, **columns: Any) -> None:
        """Follow one declared edge and write `columns` with it, or refuse and change nothing.

        A row that knows when it was written last is written now.
        """
        if hasattr(self, "modified_at"):
            columns.setdefault("modified_at", timezone.now())
        if not self.may_move_to(target):
            told = _("It is in the state “%(state)s” and cannot move to “%(target)s”.")
            raise IllegalTransition(told % self._labels(target))
        everyone = type(self)._base_manager  # noqa: SLF001  # documented: no default filter
        rows = everyone.filter(pk=self.pk).filter(Q(state=self.state))
        if not rows.update(**{"state": target, **columns}):
            told = _("It is no longer in the state “%(state)s”; read it again.")
            raise IllegalTransition(told % self._labels(target))
        for column, value in {"state": target, **columns}.items():
            self._note(column, value)
            setattr(self, column, value)

    def _note(self, column: str, value: Any) -> None:
        before, _ = self._moved().get(column, (getattr(self, column), None))
        if column not in _CLOCKS and before != value:
            self._moved()[column] = (before, value)

    def _moved(self) -> dict[str, tuple[Any, Any]]:
        moved: dict[str, tuple[Any, Any]] = self.__dict__.setdefault("moved", {})
        return moved

    def take_moved(self) -> dict[str, tuple[Any, Any]]:
        """What has changed since it was last asked: each column as it was, and as it is."""
        moved = dict(self._moved())
        self._moved().clear()
        return moved

    @property
    def state_label(self) -> str:
        """The state as people are told it."""
        return self._label(self.state)

    def _labels(self, target: str) -> dict[str, str]:
        return {"state": self.state_label, "target": self._label(target)}

    def _label(self, state: str) -> str:
        labels = dict(self._meta.get_field("state").flatchoices)  # type: ignore[union-attr]
        return str(labels.get(state, state))
