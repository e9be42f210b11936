"""The demo's people: the one place that knows them and their passwords, which only the demo has."""

from collections.abc import Sequence
from dataclasses import dataclass

from koogallery.duties import OperatorRole
from koogallery.languages import Language
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
    seller: str = ""
    role: Role = Role.VIEWER
    is_superuser: bool = False
    operator_roles: Sequence[OperatorRole] = ()
    language: str = ""

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


OPERATORS: Sequence[Login] = (
    Login(
        "mei",
        "Mei",
        "Tan",
        "/admin/settlement/refund/ the refund of 700.00 USD: the simulation of who would pay it.",
        is_superuser=True,
    ),
    Login(
        "tomas",
        "Tomás",
        "Rivera",
        "/admin/settlement/refund/ the refund of 25,830.00 USD: the second of two approvals.",
        operator_roles=(
            OperatorRole.REFUND_OFFICER,
            OperatorRole.SETTLEMENT_OFFICER,
            OperatorRole.SELLER_MANAGER,
        ),
    ),
    Login(
        "amara",
        "Amara",
        "Okafor",
        "/admin/koogallery/act/ who did what; the books and their proof. She changes nothing.",
        operator_roles=(OperatorRole.AUDITOR,),
    ),
    Login(
        "wei",
        "Wei",
        "Zhang",
        "/admin/settlement/refund/ the same refunds; bills only to read, no ledger, no people.",
        operator_roles=(OperatorRole.REFUND_OFFICER,),
    ),
    Login(
        "lin",
        "Lin",
        "Chen",
        "/admin/settlement/payout/ payouts: paid, failed, planned; a batch waits for approval.",
        operator_roles=(OperatorRole.SETTLEMENT_OFFICER,),
    ),
)
MEMBERS: Sequence[Login] = (
    Login(
        "nok",
        "Nok",
        "Srisai",
        "/bills/B{fourth}-S000004/ a refund taken back from two bills and the deposit; the rest "
        "is receivable (R5.5).",
        "S000004",
        Role.OWNER,
    ),
    Login("arun", "Arun", "Chai", "/bills/ the same company's bills.", "S000004", Role.FINANCE),
    Login(
        "grace",
        "Grace",
        "Lam",
        "/bills/B{last}-S000010/ a bill of some 20,000 lines, one for each hour of usage.",
        "S000010",
        Role.OWNER,
    ),
    Login(
        "kit",
        "Kit",
        "Wong",
        "/bills/ the same company's bills, in Chinese.",
        "S000010",
        Role.VIEWER,
        language=Language.CHINESE,
    ),
    Login(
        "zofia",
        "Zofia",
        "Nowak",
        "/bills/B{fourth}-S000012/ a line reduced by a refund before it was billed (R4.6).",
        "S000012",
        Role.OWNER,
    ),
    Login(
        "piotr",
        "Piotr",
        "Zieliński",
        "/bills/ the same company's bills. He may agree to refunds.",
        "S000012",
        Role.OPERATIONS,
    ),
)
