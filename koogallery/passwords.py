"""Passwords made of the names that everybody here knows (OWASP ASVS 6.2.11)."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

#: Whatever is around them has to be a password by itself.
NAMES = ("koogallery", "huawei", "settlement", "marketplace", "payout", "operator", "sparkoo")
LEAST_BESIDE = 8


class NoNamesOfOurs:
    def validate(self, password: str, user: object = None) -> None:  # noqa: ARG002
        beside = password.casefold()
        for name in NAMES:
            beside = beside.replace(name, "")
        if len(beside) < min(LEAST_BESIDE, len(password)):
            raise ValidationError(_("This is little more than names that everybody here knows."))

    def get_help_text(self) -> str:
        return _("It may not be little more than names that everybody here knows.")
