from collections.abc import Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from koogallery.demo import marks
from koogallery.demo.calendar import CLOSED_MONTHS, Calendar
from koogallery.demo.logins import MEMBERS, OPERATORS, PASSWORD, Login
from koogallery.kit.cycles import Cycle
from sellers.models import Seller


class Command(BaseCommand):
    help = "Print who can sign in to the demo, and what each of them can look at."

    def handle(self, **_: Any) -> None:
        begun = marks.begun()
        if begun is None or not marks.is_done(marks.LOADED):
            raise CommandError("The demo is not loaded here: run load_demo first.")
        calendar = Calendar(begun[0])
        cycles = {"fourth": calendar.cycle(4), "last": calendar.cycle(CLOSED_MONTHS)}
        self.stdout.write(f"\nSign in at /accounts/login/, everybody with {PASSWORD}:\n\n")
        for login in OPERATORS:
            self._print(login, f"operator: {login.office}", cycles)
        for login in MEMBERS:
            company = Seller.objects.get(number=login.seller).company_name
            self._print(login, f"{login.role.label.lower()} of {login.seller} {company}", cycles)

    def _print(self, login: Login, role: str, cycles: Mapping[str, Cycle]) -> None:
        name, shows = f"{login.first_name} {login.last_name}", login.shows.format(**cycles)
        self.stdout.write(f"  {login.username:<8}{name}, {role}\n{'':10}{shows}\n")
