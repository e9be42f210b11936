from collections import defaultdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from koogallery.keys import key_masters, name_of_master, newest_keys
from koogallery.second_factor import PURPOSE, encrypt_anew, masters_of_factors


class Command(BaseCommand):
    """Before a fallback is removed nothing of a newest version may come from it any more."""

    help = "Print which key master the newest secrets of sellers, and second factors, come from."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--encrypt-factors",
            action="store_true",
            help="encrypt the secrets of second factors under KEY_MASTER first",
        )

    def handle(self, *, encrypt_factors: bool, **_: Any) -> None:
        if encrypt_factors:
            self.stdout.write(f"{encrypt_anew()} second factors encrypted anew")
        subjects: dict[str, list[str]] = defaultdict(list)
        for key in newest_keys().exclude(purpose=PURPOSE):
            subjects[key.master].append(f"{key.purpose} of {key.subject}")
        for master, count in masters_of_factors().items():
            subjects[master] += [PURPOSE] * count
        current, known = name_of_master(settings.KEY_MASTER), key_masters()
        for name in dict.fromkeys([*known, *sorted(subjects)]):
            place = (
                "KEY_MASTER" if name == current else "a fallback" if name in known else "MISSING"
            )
            self.stdout.write(f"{name} ({place}): {len(subjects[name])}")
            for each in subjects[name] if name != current else ():
                self.stdout.write(f"  {each}")
