from collections import defaultdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from koogallery.keys import key_masters, name_of_master
from koogallery.models import DerivedKey


class Command(BaseCommand):
    """Before a fallback is removed nothing of a newest version may be derived from it any more."""

    help = "Print which key master the newest secrets of sellers are derived from."

    def handle(self, **_: Any) -> None:
        newest = DerivedKey.objects.order_by("purpose", "subject", "-version")
        subjects: dict[str, list[str]] = defaultdict(list)
        for key in newest.distinct("purpose", "subject"):
            subjects[key.master].append(f"{key.purpose} of {key.subject}")
        current, known = name_of_master(settings.KEY_MASTER), key_masters()
        for name in dict.fromkeys([*known, *sorted(subjects)]):
            place = (
                "KEY_MASTER" if name == current else "a fallback" if name in known else "MISSING"
            )
            self.stdout.write(f"{name} ({place}): {len(subjects[name])}")
            for each in subjects[name] if name != current else ():
                self.stdout.write(f"  {each}")
