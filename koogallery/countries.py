"""Countries by their names in the reader's language."""

from collections.abc import Mapping

from babel import Locale
from django.utils.translation import get_language

from koogallery.kit.countries import country_codes


def country_name(code: str) -> str:
    return f"{name} ({code})" if (name := _territories().get(code)) else code


def countries() -> list[tuple[str, str]]:
    """Codes with their names, in the order of these."""
    named = ((code, country_name(code)) for code in country_codes())
    return sorted(named, key=lambda each: each[1])


def _territories() -> Mapping[str, str]:
    chinese = (get_language() or "en").startswith("zh")
    names: Mapping[str, str] = Locale.parse("zh_Hans" if chinese else "en").territories
    return names
