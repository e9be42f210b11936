"""What is a country: the codes of ISO 3166 that CLDR knows."""

from functools import cache

from babel import Locale

from koogallery.kit.errors import Violation
from koogallery.kit.language import gettext as _

_ALPHA_2 = 2
#: What CLDR names beside countries.
_NO_COUNTRIES = {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}


@cache
def country_codes() -> frozenset[str]:
    known = map(str, Locale.parse("en").territories)
    return frozenset(c for c in known if len(c) == _ALPHA_2 and c.isalpha()) - _NO_COUNTRIES


def country_violations(field: str, code: str, rule: str) -> list[Violation]:
    if code in country_codes():
        return []
    detail = _("A country is an ISO 3166 code of two capital letters, such as CN.")
    return [Violation(field, "invalid_country", detail, rule)]
