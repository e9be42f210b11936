"""What has to be given in a form that is sent in: everything that is left out, at once."""

from collections.abc import Iterable, Mapping
from typing import Any

from koogallery.kit.errors import Violation
from koogallery.kit.language import gettext as _


def missing(content: Mapping[str, Any], names: Iterable[str], rule: str) -> list[Violation]:
    told = _("Give the %(field)s.")
    return [
        Violation(name, "required", told % {"field": _(name.replace("_", " "))}, rule)
        for name in names
        if not content[name]
    ]
