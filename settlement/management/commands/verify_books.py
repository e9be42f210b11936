from typing import Any

from django.core.management.base import BaseCommand, CommandError

from settlement.readings.invariants import Finding
from settlement.services.proving import store_results


class Command(BaseCommand):
    """Everything is computed again from the stored rows, over all cycles (R7.2)."""

    help = "Prove every invariant of the books; exit 1, with the difference, if one fails."

    def handle(self, **_: Any) -> None:
        findings = store_results(cycles=None)
        for finding in findings:
            self.stdout.write(_line(finding))
        failed = sum(not finding.holds for finding in findings)
        if failed:
            raise CommandError(f"{failed} of {len(findings)} invariants do not hold.")
        self.stdout.write(f"All {len(findings)} invariants hold.")


def _line(finding: Finding) -> str:
    verdict = "holds" if finding.holds else "FAILS"
    told = "".join(f"\n        {line}" for line in finding.difference.splitlines())
    return f"{verdict}  {finding.sentence} ({finding.rule}; {finding.checked} checked){told}"
