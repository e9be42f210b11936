"""The type of a text that people read: written already, or translated when it is shown."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as Text
else:
    Text = str

__all__ = ["Text"]
