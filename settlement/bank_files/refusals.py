"""How a bank's file is refused: what is wrong, and where in the file."""

from koogallery.kit.errors import InvalidInput

RULE = "R8.2"

#: Where nothing more exact is known.
WHOLE_FILE = "file"


def refused(code: str, detail: str, where: str = WHOLE_FILE) -> InvalidInput:
    return InvalidInput(detail, code=code, field=where, rule=RULE)
