"""From the first draft to a certified seller, and the lock after three rejections (R9.1)."""

from decimal import Decimal
from functools import partial

import pytest

from koogallery.attachments import attach, attachments_of
from koogallery.kit.errors import Conflict, DomainError, Forbidden, InvalidInput
from koogallery.models import Act, Notice, User
from sellers.choices import Role, Standing
from sellers.models import BankAccount, Certification, Seller
from sellers.services.companies.bank_accounts import account_in_use, approve_bank_account
from sellers.services.companies.certifications import (
    approve_certification,
    discard_certification,
    edit_certification,
    reject_certification,
    stand_of,
    start_certification,
    submit_certification,
    unlock_certification,
    withdraw_certification,
)
from sellers.services.companies.sellers import change_seller
from tests.books import execute, is_refused, refused_by, snapshot
from tests.sellers.applying import (
    LICENCE,
    a_certification,
    a_draft,
    a_member,
)
from tests.world import a_product, an_operator, an_order, close, the_bill


def standing(seller: Seller) -> Standing:
    seller.refresh_from_db()
    return stand_of(seller).standing


def rejected(seller: Seller, mia: User, oscar: User) -> Certification:
    sent = a_certification(seller, mia)
    return reject_certification(sent.number, "The licence has expired.", actor=oscar)


def test_R9_1_a_certification_certifies_the_seller_and_brings_its_account(
    seller: Seller, mia: User, oscar: User
) -> None:
    assert standing(seller) == Standing.UNCERTIFIED
    sent = a_certification(seller, mia)
    assert (sent.state, standing(seller)) == ("pending", Standing.PENDING)
    done = approve_certification(sent.number, actor=oscar)
    assert (done.state, done.decided_by, standing(seller)) == (
        "certified",
        oscar,
        Standing.CERTIFIED,
    )
    assert seller.certified_at is not None
    assert (seller.withholding_tax_rate, seller.digital_service_tax_rate) == (
        Decimal("0.1"),
        Decimal("0.02"),
    )
    told = Notice.objects.filter(seller_number="S-1").order_by("sequence")
    assert list(told.values_list("kind", flat=True)) == ["certification_certified"]
    account = seller.bank_accounts.get()
    assert (account.version, account.state, account_in_use(seller)) == (1, "checked", None)
    assert account.account_number == "DE89370400440532013000"
    code = "a_bank_account_takes_a_second_operator"
    is_refused(code, "R9.1", approve_bank_account, account.number, actor=oscar)
    approve_bank_account(account.number, actor=an_operator("olga"))
    assert account_in_use(seller) == account
    assert list(told.values_list("kind", flat=True))[1:] == ["bank_account_active"]


def test_R1_3_R9_1_what_waits_for_the_certification_is_billed_after_it(
    seller: Seller, mia: User, oscar: User
) -> None:
    change_seller("S-1", {"withholding_tax_rate": Decimal(0)}, actor=oscar)
    order = an_order(a_product(seller), "100.00", "2024-01-10")
    close("202401", seller)
    assert not seller.bills.exists()
    nothing = {"withholding_tax_rate": Decimal(0), "digital_service_tax_rate": Decimal(0)}
    approve_certification(a_certification(seller, mia, **nothing).number, actor=oscar)
    close("202402", seller)
    assert the_bill(seller, "202402").lines.get().order == order


def test_R9_1_the_rejection_gives_its_reason_and_the_next_attempt_goes_on_from_it(
    seller: Seller, mia: User, oscar: User
) -> None:
    first = rejected(seller, mia, oscar)
    assert (standing(seller), first.reason) == (Standing.REJECTED, "The licence has expired.")
    again = start_certification("S-1", {"vat_number": "M2"}, actor=mia)
    assert again.revises == first
    assert again.content == {**first.content, "vat_number": "M2"}
    assert [each.name for each in attachments_of("certification", again.number)] == ["licence.pdf"]
    submit_certification(again.number, actor=mia)
    approve_certification(again.number, actor=oscar)
    assert standing(seller) == Standing.CERTIFIED
    first.refresh_from_db()
    assert first.state == "rejected"


def test_R9_1_a_rejection_without_a_reason_is_refused(
    seller: Seller, mia: User, oscar: User
) -> None:
    sent = a_certification(seller, mia)
    before = snapshot()
    with pytest.raises(InvalidInput) as refusal:
        reject_certification(sent.number, "  ", actor=oscar)
    assert (refusal.value.field, snapshot()) == ("reason", before)


def test_R9_1_everything_wrong_is_named_at_once(seller: Seller, mia: User) -> None:
    wrong = {
        "contact_email": "mia",
        "contact_phone": "x",
        "tax_numbers": "SG 201712345N, 27/815/08150, DE 1",
        "account_holder": "Mia Tan",
        "account_number": "DE89370400440532013001",
        "swift_code": "HASP",
    }
    draft = start_certification("S-1", wrong, actor=mia)
    with pytest.raises(InvalidInput) as refusal:
        submit_certification(draft.number, actor=mia)
    found = {(each.field, each.code) for each in refusal.value.violations}
    assert found == {
        ("registration_number", "required"),
        ("address", "required"),
        ("vat_number", "required"),
        ("contact_name", "required"),
        ("contact_email", "invalid_email"),
        ("contact_phone", "invalid_phone"),
        ("tax_numbers", "invalid_tax_number"),
        ("account_holder", "account_name_differs"),
        ("account_number", "invalid_account_number"),
        ("bank_name", "required"),
        ("bank_country", "required"),
        ("swift_code", "invalid_swift_code"),
        ("documents", "document_missing"),
    }
    told = [each.detail for each in refusal.value.violations if each.field == "tax_numbers"]
    assert [each.partition(" is no tax number")[0] for each in told] == ["27/815/08150", "DE 1"]
    assert {each.rule for each in refusal.value.violations} == {"R9.1"}


def test_R9_1_the_account_is_held_by_the_company(seller: Seller, mia: User) -> None:
    draft = a_draft(seller, mia, account_holder="Contoso  cloud ")
    assert submit_certification(draft.number, actor=mia).state == "pending"


def test_R9_1_three_rejections_in_a_row_lock_until_an_operator_unlocks(
    seller: Seller, mia: User, oscar: User
) -> None:
    for _ in range(3):
        rejected(seller, mia, oscar)
    assert standing(seller) == Standing.LOCKED
    before = snapshot()
    with pytest.raises(Conflict) as refusal:
        start_certification("S-1", {}, actor=mia)
    assert (refusal.value.code, snapshot()) == ("three_rejections_lock", before)
    with pytest.raises(InvalidInput):
        unlock_certification("S-1", " ", actor=oscar)
    with pytest.raises(DomainError):
        unlock_certification("S-1", "It was us.", actor=mia)
    unlock_certification("S-1", "The registry was mistaken.", actor=oscar)
    assert standing(seller) == Standing.REJECTED
    sent = a_certification(seller, mia)
    approve_certification(sent.number, actor=oscar)
    assert standing(seller) == Standing.CERTIFIED
    told = list(Notice.objects.order_by("pk").values_list("kind", flat=True))
    assert told == [
        *["certification_rejected"] * 3,
        "certification_locked",
        "certification_unlocked",
        "certification_certified",
    ]


def test_R9_1_a_certification_between_rejections_unlocks_nothing_that_is_not_locked(
    seller: Seller, mia: User, oscar: User
) -> None:
    rejected(seller, mia, oscar)
    rejected(seller, mia, oscar)
    approve_certification(a_certification(seller, mia).number, actor=oscar)
    rejected(seller, mia, oscar)
    assert stand_of(seller).rejections == 1
    with pytest.raises(Conflict) as refusal:
        unlock_certification("S-1", "It is not locked.", actor=oscar)
    assert refusal.value.code == "not_locked"


def test_R9_1_whoever_sends_it_in_does_not_decide_it(seller: Seller, oscar: User) -> None:
    sent = a_certification(seller, oscar)
    for act in (
        partial(approve_certification, sent.number, actor=oscar),
        partial(reject_certification, sent.number, "no", actor=oscar),
    ):
        before = snapshot()
        with pytest.raises(Forbidden) as refusal:
            act()
        assert (refusal.value.code, snapshot()) == ("the_submitter_does_not_decide", before)
    approve_certification(sent.number, actor=an_operator("olga"))


@pytest.mark.parametrize("role", [Role.FINANCE, Role.VIEWER])
def test_R9_1_who_does_not_write_certifications(seller: Seller, role: Role) -> None:
    member = a_member(seller, "finn", role)
    before = snapshot()
    with pytest.raises(Forbidden):
        start_certification("S-1", {}, actor=member)
    assert snapshot() == before


def test_R9_1_what_waits_is_withdrawn_mended_and_sent_in_again(seller: Seller, mia: User) -> None:
    sent = a_certification(seller, mia)
    with pytest.raises(Conflict):
        edit_certification(sent.number, {"vat_number": "M2"}, actor=mia)
    with pytest.raises(Conflict):
        attach("certification", sent.number, LICENCE, actor=mia)
    draft = withdraw_certification(sent.number, actor=mia)
    assert (draft.state, draft.submitted_by) == ("draft", None)
    edit_certification(sent.number, {"vat_number": "M2"}, actor=mia)
    assert submit_certification(sent.number, actor=mia).vat_number == "M2"


def test_R9_1_only_one_certification_is_open(seller: Seller, mia: User) -> None:
    draft = a_draft(seller, mia)
    with pytest.raises(Conflict) as refusal:
        start_certification("S-1", {}, actor=mia)
    assert refusal.value.code == "a_seller_has_one_open_certification"
    discard_certification(draft.number, actor=mia)
    start_certification("S-1", {}, actor=mia)


def test_R9_1_a_certified_company_stays_the_one_it_is(
    seller: Seller, mia: User, oscar: User
) -> None:
    approve_certification(a_certification(seller, mia).number, actor=oscar)
    draft = start_certification("S-1", {"company_name": "Fabrikam"}, actor=mia)
    assert draft.account_number == ""
    with pytest.raises(InvalidInput) as refusal:
        submit_certification(draft.number, actor=mia)
    assert "company_stays" in {each.code for each in refusal.value.violations}


def test_R9_1_a_second_certification_changes_neither_the_day_nor_the_account(
    seller: Seller, mia: User, oscar: User
) -> None:
    approve_certification(a_certification(seller, mia).number, actor=oscar)
    seller.refresh_from_db()
    day = seller.certified_at
    draft = start_certification("S-1", {"address": "2 Raffles Place"}, actor=mia)
    attach("certification", draft.number, LICENCE, actor=mia)
    submit_certification(draft.number, actor=mia)
    assert standing(seller) == Standing.PENDING
    approve_certification(draft.number, actor=oscar)
    seller.refresh_from_db()
    assert (seller.certified_at, BankAccount.objects.count()) == (day, 1)


def test_R9_1_account_numbers_are_masked_in_the_record_of_acts(
    seller: Seller, mia: User, oscar: User
) -> None:
    draft = a_draft(seller, mia)
    edit_certification(draft.number, {"account_number": "GB82 WEST 1234 5698 7654 32"}, actor=mia)
    submit_certification(draft.number, actor=mia)
    approve_certification(draft.number, actor=oscar)
    told = str(list(Act.objects.values_list("facts", "changes")))
    assert "GB82WEST12345698765432" not in told and "DE89370400440532013000" not in told
    assert "•••• 5432" in told


def test_R9_1_the_database_counts_rejections_too(seller: Seller, mia: User, oscar: User) -> None:
    for _ in range(2):
        rejected(seller, mia, oscar)
    draft = a_draft(seller, mia)
    sent = """UPDATE sellers_certification SET state = %(state)s, submitted_by_id = %(mia)s,
        submitted_at = now() WHERE id = %(draft)s"""
    execute(sent, state="pending", mia=mia.pk, draft=draft.pk)
    reject_certification(draft.number, "Third.", actor=oscar)
    late = Certification.objects.create(number="CE-late", seller=seller, created_by=mia)
    with refused_by("three_rejections_lock"):
        execute(sent, state="pending", mia=mia.pk, draft=late.pk)


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        (
            "whoever_submits_a_certification_does_not_decide_it",
            "state = 'certified', decided_by_id = submitted_by_id, decided_at = now()",
        ),
        ("a_decided_certification_has_its_decider", "state = 'certified'"),
        (
            "a_rejected_certification_has_its_reason",
            "state = 'rejected', decided_by_id = %(oscar)s, decided_at = now()",
        ),
        ("a_certification_is_in_a_known_state", "state = 'gone'"),
        ("what_was_submitted_stays", "account_number = 'X'"),
        ("what_was_submitted_stays", "company_name = 'Fabrikam'"),
        ("what_was_submitted_stays", "submitted_by_id = %(oscar)s"),
        ("what_was_submitted_stays", "number = 'CE-other'"),
    ],
)
def test_R9_1_what_was_sent_in_is_only_decided(
    seller: Seller, mia: User, oscar: User, constraint: str, change: str
) -> None:
    a_certification(seller, mia)
    with refused_by(constraint):
        execute(f"UPDATE sellers_certification SET {change}", oscar=oscar.pk)


def test_R9_1_a_decision_is_final(seller: Seller, mia: User, oscar: User) -> None:
    rejected(seller, mia, oscar)
    for change in ("state = 'draft'", "reason = 'other'", "state = 'certified'"):
        with refused_by("what_was_submitted_stays"):
            execute(f"UPDATE sellers_certification SET {change}")
    with refused_by("what_was_submitted_stays"):
        execute("DELETE FROM sellers_certification")


def test_R9_1_an_unlocking_stays(seller: Seller, mia: User, oscar: User) -> None:
    for _ in range(3):
        rejected(seller, mia, oscar)
    unlock_certification("S-1", "The registry was mistaken.", actor=oscar)
    with refused_by("insert_only"):
        execute("UPDATE sellers_certificationunlock SET reason = 'x'")
