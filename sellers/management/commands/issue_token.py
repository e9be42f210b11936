from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from koogallery.duties import OperatorRole
from koogallery.kit.errors import DomainError
from sellers.choices import Role
from sellers.services.access.tokens import issue_operator_token, issue_seller_token


class Command(BaseCommand):
    """Standard output carries the token and nothing else, so that a script can take it."""

    help = "Issue an access token for the API; the user is made if needed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the user who holds it")
        scope = parser.add_mutually_exclusive_group(required=True)
        scope.add_argument("--operator", action="store_true", help="for all sellers, in every role")
        scope.add_argument("--seller", metavar="S000001", help="for this seller alone")
        parser.add_argument(
            "--role",
            action="append",
            dest="roles",
            metavar="ROLE",
            choices=list(dict.fromkeys([*OperatorRole.values, *Role.values])),
            help=(
                f"with --operator, these roles alone: {', '.join(OperatorRole)}; repeatable; "
                f"with --seller, what the user becomes there: {', '.join(Role)}"
            ),
        )
        parser.add_argument("--write", action="store_true", help="let a seller's token change too")
        parser.add_argument(
            "--days",
            type=int,
            default=settings.TOKEN_DEFAULT_DAYS,
            help=f"until it expires, {settings.TOKEN_DEFAULT_DAYS}",
        )

    def handle(
        self,
        *,
        name: str,
        operator: bool,
        seller: str | None,
        write: bool,
        days: int,
        roles: list[str] | None,
        **_: Any,
    ) -> None:
        if operator and write:
            raise CommandError("An operator's token writes anyway; --write goes with --seller.")
        if not 1 <= days <= settings.TOKEN_LONGEST_DAYS:
            raise CommandError(f"--days is from 1 to {settings.TOKEN_LONGEST_DAYS}.")
        asked, known = roles or [], OperatorRole.values if operator else Role.values
        if not {*asked} <= {*known}:
            raise CommandError(f"--role is here of {', '.join(known)}.")
        if not operator and len(asked) > 1:
            raise CommandError("A member has one role.")
        valid_for = timedelta(days=days)
        try:
            if seller is None:
                token = issue_operator_token(name, valid_for, [*map(OperatorRole, asked)])
            else:
                token = issue_seller_token(
                    name,
                    seller,
                    valid_for,
                    may_write=write,
                    role=Role(asked[0]) if asked else None,
                )
        except DomainError as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(token)
