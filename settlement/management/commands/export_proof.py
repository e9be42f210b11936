import json
import shutil
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from settlement import outside
from settlement.models import Bill
from settlement.readings.exported_proofs import lines_to_export, proof_to_export

SCRIPT = Path(outside.__file__).with_name("verify.py")


class Command(BaseCommand):
    """For whoever does not trust the portal: the script beside it needs Python alone (R7.3)."""

    help = "Write a bill's proof into a directory, with a script that checks it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", help="the bill's")
        parser.add_argument("directory", type=Path)

    def handle(self, *, number: str, directory: Path, **_: Any) -> None:
        bill = Bill.objects.filter(number=number).first()
        proof = proof_to_export(bill) if bill else None
        if bill is None or proof is None:
            raise CommandError(f"There is no bill {number} that bears a seal.")
        try:
            directory.mkdir(parents=True, exist_ok=True)
            with (directory / "proof.json").open("w", encoding="utf-8") as file:
                json.dump(proof, file, indent=1, ensure_ascii=False)
            with (directory / "lines.jsonl").open("w", encoding="utf-8") as file:
                file.writelines(f"{line}\n" for line in lines_to_export(bill))
            shutil.copyfile(SCRIPT, directory / "verify.py")
        except OSError as error:
            raise CommandError(f"{directory}: {error.strerror}") from None
        self.stdout.write(f"python {directory / 'verify.py'} --seal {proof['seal']}")
