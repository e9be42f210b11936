"""The demo's people, of data/people.csv, and their password, which only the demo has."""

from collections.abc import Sequence
from dataclasses import dataclass

from koogallery.demo.catalogue import rows
from koogallery.duties import OperatorRole
from sellers.choices import Role

PASSWORD = "demo-koogallery"  # noqa: S105 - not a secret: the demo prints it


@dataclass(frozen=True, slots=True)
class Login:
    """An operator, or a member of one seller.

    `shows` says where to look first and what is there; {fourth} and {last} are closed cycles.
    """

    username: str
    first_name: str
    last_name: str
    shows: str
    seller: str
    role: Role
    is_superuser: bool
    operator_roles: Sequence[OperatorRole]
    language: str

    @property
    def email(self) -> str:
        return f"{self.username}@koogallery.example"

    @property
    def is_operator(self) -> bool:
        return not self.seller

    @property
    def office(self) -> str:
        """An operator's roles, as they are printed."""
        roles = ["superuser"] if self.is_superuser else []
        return ", ".join([*roles, *(role.label.lower() for role in self.operator_roles)])


def _read(row: dict[str, str]) -> Login:
    return Login(
        username=row["username"],
        first_name=row["first_name"],
        last_name=row["last_name"],
        seller=row["seller"],
        role=Role(row["role"] or Role.VIEWER),
        is_superuser=row["is_superuser"] == "true",
        operator_roles=tuple(map(OperatorRole, row["operator_roles"].split())),
        language=row["language"],
        shows=row["shows"],
    )


PEOPLE = tuple(map(_read, rows("people.csv")))
OPERATORS = tuple(login for login in PEOPLE if login.is_operator)
MEMBERS = tuple(login for login in PEOPLE if not login.is_operator)
