from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from koogallery.kit.errors import DomainError
from settlement.choices import LineState
from settlement.models import BankLine, BankStatement
from settlement.services.banking.taking import take_statement


class Command(BaseCommand):
    """As POST /bank-statements/. Exit 1 if anything of the file lies in suspense."""

    help = "Take a bank's file: camt.052, camt.053, camt.054, MT940 or pain.002."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *, file: Path, **_: Any) -> None:
        try:
            taken = take_statement(file.read_bytes(), actor=None)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from None
        except DomainError as refusal:
            told = f"{refusal.detail} ({refusal.field}, {refusal.rule or refusal.code})"
            raise CommandError(f"{file} is refused: {told}") from None
        for statement in taken.statements:
            self._report(statement, "taken" if taken.is_new else "taken before")
        waiting = BankLine.objects.in_suspense().filter(statement__in=taken.statements)
        for line in waiting.order_by("pk"):
            self.stderr.write(
                f"{line.number} {line.amount:f} {line.currency} {line.counterparty_name} "
                f"{line.text}: {line.get_reason_display()}"
            )
        if waiting.exists():
            raise CommandError(f"{waiting.count()} lines lie in suspense")

    def _report(self, statement: BankStatement, what: str) -> None:
        lines = statement.lines.exclude(state=LineState.SUSPENSE)
        self.stdout.write(
            f"{statement.number} {what}: {statement.format} {statement.account} "
            f"{statement.currency}, {lines.count()} of {statement.lines.count()} lines matched"
        )
