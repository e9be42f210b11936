"""`manage.py erase_person NAME [--show]`: forget a person, or print what is kept of them."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from koogallery.kit.errors import DomainError
from sellers.services.members.erasure import data_of, erase_person


class Command(BaseCommand):
    help = "Forget a person for good; --show prints what is kept of them and changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the user name")
        parser.add_argument("--show", action="store_true", help="print it as JSON instead")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            if options["show"]:
                self.stdout.write(json.dumps(data_of(options["name"]), default=str, indent=2))
            else:
                self.stdout.write(f"{erase_person(options['name'])} now.")
        except DomainError as refusal:
            raise CommandError(refusal.detail) from None
