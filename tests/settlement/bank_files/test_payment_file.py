import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from koogallery.kit.errors import InvalidInput
from settlement.bank_files.accounts import is_iban, is_same_account
from settlement.bank_files.orders import Payment, PaymentOrder
from settlement.bank_files.payment_file import NAMESPACE, payment_file
from settlement.bank_files.texts import NAME, REMITTANCE, cut, lines_of

PAYMENT = Payment(
    end_to_end_id="PO000001",
    amount=Decimal("800.00"),
    creditor_name="บริษัท คลาวด์ จำกัด",
    account="003-912345-7",
    bic="DBSSSGSG",
    bank_name="DBS Bank",
    bank_address="12 Marina Boulevard, Singapore",
    bank_country="SG",
    creditor_country="TH",
    remittance="B202601-S000001",
    uetr="255ae394-9965-4438-ac86-f406feada396",
)
ORDER = PaymentOrder(
    message_id="PB000001",
    created_at=datetime(2026, 3, 2, 9, 30, 15, 999, UTC),
    executed_on=date(2026, 3, 3),
    debtor_name="Sparkoo Technologies",
    debtor_bic="CITISGSG",
    debtor_account="0123456789",
    currency="USD",
    payments=[PAYMENT],
)


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    with (files("sepaxml") / "schemas" / "pain.001.001.09.xsd").open("rb") as file:
        return etree.XMLSchema(etree.parse(file))


def read_back(data: bytes) -> etree._Element:
    root = etree.fromstring(data)
    for element in root.iter():
        element.tag = etree.QName(element).localname
    return root


def test_R8_2_the_file_is_valid_by_the_official_schema(schema: etree.XMLSchema) -> None:
    data = payment_file(ORDER)
    schema.assertValid(etree.fromstring(data))
    assert f'<Document xmlns="{NAMESPACE}">'.encode() in data
    assert data == payment_file(ORDER)


def test_R8_2_the_file_says_what_is_to_be_paid() -> None:
    root = read_back(
        payment_file(
            replace(
                ORDER,
                payments=[PAYMENT, replace(PAYMENT, end_to_end_id="B", amount=Decimal("0.05"))],
            )
        )
    )
    assert root.findtext(".//GrpHdr/CreDtTm") == "2026-03-02T09:30:15Z"
    for holder in ("GrpHdr", "PmtInf"):
        assert root.findtext(f".//{holder}/NbOfTxs") == "2"
        assert root.findtext(f".//{holder}/CtrlSum") == "800.05"
    assert root.findtext(".//DbtrAcct/Id/Othr/Id") == "0123456789"
    assert root.findtext(".//CdtrAgt/FinInstnId/BICFI") == "DBSSSGSG"
    assert root.findtext(".//CdtrAgt/FinInstnId/PstlAdr/Ctry") == "SG"
    assert root.findtext(".//Cdtr/PstlAdr/Ctry") == "TH"
    assert [each.text for each in root.iter("InstdAmt")] == ["800.00", "0.05"]


@pytest.mark.parametrize(
    ("currency", "ours", "theirs", "level", "charges"),
    [
        ("EUR", "DE89370400440532013000", "FR1420041010050500013M02606", "SEPA", "SLEV"),
        ("EUR", "DE89370400440532013000", "003-912345-7", "NURG", "SHAR"),
        ("EUR", "0123456789", "FR1420041010050500013M02606", "NURG", "SHAR"),
        ("EUR", "DE89370400440532013000", "AE070331234567890123456", "NURG", "SHAR"),
        ("USD", "DE89370400440532013000", "FR1420041010050500013M02606", "NURG", "SHAR"),
    ],
)
def test_R8_2_only_euros_between_IBANs_of_SEPA_are_SEPA(
    currency: str, ours: str, theirs: str, level: str, charges: str, schema: etree.XMLSchema
) -> None:
    payment = replace(PAYMENT, account=theirs)
    data = payment_file(replace(ORDER, currency=currency, debtor_account=ours, payments=[payment]))
    schema.assertValid(etree.fromstring(data))
    root = read_back(data)
    assert root.findtext(".//SvcLvl/Cd") == level
    assert root.findtext(".//ChrgBr") == charges


@pytest.mark.parametrize(("currency", "length"), [("EUR", 70), ("USD", 140)])
def test_R8_2_SEPA_takes_half_of_a_long_name(currency: str, length: int) -> None:
    iban = "DE89370400440532013000"
    payment = replace(PAYMENT, account=iban, creditor_name="N" * 200)
    order = replace(
        ORDER, currency=currency, debtor_account=iban, debtor_name="N" * 200, payments=[payment]
    )
    root = read_back(payment_file(order))
    assert [root.findtext(f".//{each}/Nm") for each in ("Dbtr", "Cdtr")] == ["N" * length] * 2


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        ("DE89370400440532013000", True),
        ("de89 3704 0044 0532 0130 00", True),
        ("DE89370400440532013001", False),
        ("TH0012345", False),
        ("003-912345-7", False),
        ("NL81ASNB9999999999", False),
        ("", False),
    ],
)
def test_R8_2_an_IBAN_is_one_by_form_and_check_digits(account: str, *, expected: bool) -> None:
    assert is_iban(account) is expected
    element = "IBAN" if expected else "Othr/Id"
    if account:
        root = read_back(payment_file(replace(ORDER, payments=[replace(PAYMENT, account=account)])))
        assert root.find(f".//CdtrAcct/Id/{element}") is not None


@pytest.mark.parametrize(
    ("stated", "same"),
    [
        ("0039123457", True),
        ("003-912345-7", True),
        ("0039123457USD", True),
        ("KOODSGSG/0039123457", True),
        ("0039123457EUR", False),
        ("10039123457", False),
        ("", False),
    ],
)
def test_R8_2_an_account_is_known_as_banks_write_it(stated: str, *, same: bool) -> None:
    assert is_same_account(stated, "003-912345-7", "USD") is same


@pytest.mark.parametrize(
    ("field", "order"),
    [
        ("message_id", replace(ORDER, message_id="x" * 36)),
        ("message_id", replace(ORDER, message_id="")),
        ("debtor_bic", replace(ORDER, debtor_bic="CITI")),
        ("debtor_account", replace(ORDER, debtor_account="")),
        ("payments", replace(ORDER, payments=[])),
        ("payments.1.end_to_end_id", replace(ORDER, payments=[PAYMENT, PAYMENT])),
        ("payments.0.amount", replace(ORDER, payments=[replace(PAYMENT, amount=Decimal(0))])),
        ("payments.0.amount", replace(ORDER, payments=[replace(PAYMENT, amount=Decimal("0.001"))])),
        ("payments.0.amount", replace(ORDER, payments=[replace(PAYMENT, amount=Decimal("NaN"))])),
        (
            "payments.0.end_to_end_id",
            replace(ORDER, payments=[replace(PAYMENT, end_to_end_id="é")]),
        ),
        ("payments.0.account", replace(ORDER, payments=[replace(PAYMENT, account="1" * 35)])),
        ("payments.0.bic", replace(ORDER, payments=[replace(PAYMENT, bic="", bank_name="")])),
        ("payments.0.bic", replace(ORDER, payments=[replace(PAYMENT, bic="DBS")])),
        ("payments.0.uetr", replace(ORDER, payments=[replace(PAYMENT, uetr="1234")])),
        (
            "payments.0.creditor_name",
            replace(ORDER, payments=[replace(PAYMENT, creditor_name=" ")]),
        ),
        ("payments.0.bank_country", replace(ORDER, payments=[replace(PAYMENT, bank_country="S")])),
    ],
)
def test_R8_2_what_no_bank_takes_is_refused(field: str, order: PaymentOrder) -> None:
    with pytest.raises(InvalidInput) as refusal:
        payment_file(order)
    assert field in {violation.field for violation in refusal.value.violations}
    assert {violation.rule for violation in refusal.value.violations} == {"R8.2"}


@pytest.mark.parametrize(
    ("text", "length", "expected"),
    [
        ("บริษัท", 6, "บริษัท"),
        ("บริษัท", 5, "บริษั"),
        ("บริษัท", 4, "บริ"),
        ("e\u0301 x", 9, "é x"),
        ("x\u0301", 1, ""),
        ("a  b\n c", 4, "a b"),
        ("a\x00\x0bb", 9, "a b"),
        ("👩‍💻x", 1, ""),
    ],
)
def test_R8_2_texts_are_cut_between_letters(text: str, length: int, expected: str) -> None:
    assert cut(text, length) == unicodedata.normalize("NFC", expected)


def test_R8_2_a_bank_without_a_BIC_is_addressed_in_lines(schema: etree.XMLSchema) -> None:
    assert lines_of("x" * 200) == ["x" * 70, "x" * 70]
    data = payment_file(replace(ORDER, payments=[replace(PAYMENT, bic="")]))
    schema.assertValid(etree.fromstring(data))
    assert read_back(data).findtext(".//AdrLine") == "12 Marina Boulevard, Singapore"


IDS = st.from_regex(r"[A-Z0-9]([A-Z0-9/-]{0,33}[A-Z0-9])?", fullmatch=True)
TEXTS = st.text(max_size=300)
PAYMENTS = st.builds(
    Payment,
    end_to_end_id=IDS,
    amount=st.decimals(min_value="0.01", max_value="999999999999", places=2),
    creditor_name=TEXTS.filter(lambda text: bool(cut(text, NAME))),
    account=st.sampled_from(["DE89370400440532013000", "003-912345-7", "TH0012345"]),
    bic=st.sampled_from(["", "DBSSSGSG", "DEUTDEFF500"]),
    bank_name=st.just("Bank"),
    bank_address=TEXTS,
    bank_country=st.sampled_from(["", "SG"]),
    creditor_country=st.sampled_from(["", "DE"]),
    remittance=TEXTS,
)


@given(st.lists(PAYMENTS, min_size=1, max_size=5, unique_by=lambda payment: payment.end_to_end_id))
def test_R8_2_what_is_written_reads_back_the_same(
    schema: etree.XMLSchema, payments: list[Payment]
) -> None:
    data = payment_file(replace(ORDER, payments=payments))
    schema.assertValid(etree.fromstring(data))
    root = read_back(data)
    found = root.findall(".//CdtTrfTxInf")
    for payment, element in zip(payments, found, strict=True):
        assert element.findtext("PmtId/EndToEndId") == payment.end_to_end_id
        assert Decimal(element.findtext("Amt/InstdAmt", "")) == payment.amount
        assert element.findtext("Cdtr/Nm") == cut(payment.creditor_name, NAME)
        account = element.findtext("CdtrAcct/Id/IBAN") or element.findtext("CdtrAcct/Id/Othr/Id")
        assert account == payment.account
        assert (element.findtext("RmtInf/Ustrd") or "") == cut(payment.remittance, REMITTANCE)
        assert (element.findtext("CdtrAgt/FinInstnId/BICFI") or "") == payment.bic
    total = sum(payment.amount for payment in payments)
    assert Decimal(root.findtext(".//PmtInf/CtrlSum", "")) == total
