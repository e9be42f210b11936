import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from settlement.readings.seal_checks import Published
from settlement.services.proving import prove_everything


class Command(BaseCommand):
    """Everything is computed again from the stored rows, over all cycles (R7.2, R7.3)."""

    help = "Prove every invariant and every seal of the books; exit 1 and say what is not so."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--roots",
            type=Path,
            help="a file of roots as they were published or mailed (JSON), to check against",
        )

    def handle(self, *, roots: Path | None, **_: Any) -> None:
        findings = prove_everything(_published(roots) if roots else ())
        for finding in findings:
            verdict = "holds" if finding.holds else "FAILS"
            told = "".join(f"\n        {line}" for line in finding.difference.splitlines())
            self.stdout.write(
                f"{verdict}  {finding.sentence} ({finding.rule}; {finding.checked} checked){told}"
            )
        failed = sum(not finding.holds for finding in findings)
        if failed:
            raise CommandError(f"{failed} of {len(findings)} invariants do not hold.")
        self.stdout.write(f"All {len(findings)} invariants hold.")


def _published(path: Path) -> Sequence[Published]:
    """One root as it is mailed, or a list of them, or a page of the API."""
    try:
        read = json.loads(path.read_text())
        roots = read.get("results", [read]) if isinstance(read, dict) else read
        if all(json.loads(each["canonical_form"])["place"] and each["signature"] for each in roots):
            return list(roots)
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise CommandError(f"{path} holds no roots of seals: {fault}") from fault
    raise CommandError(f"{path} holds no roots of seals.")
