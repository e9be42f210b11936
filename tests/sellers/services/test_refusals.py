"""Refusals about sellers, each by its code and rule; nothing is changed by any of them."""

import pytest
from pytest_django import Settings

from koogallery.models import User
from sellers.choices import Role
from sellers.models import DeliveryMessage, Product, Seller
from sellers.rules.tokens import TokenTerms
from sellers.services.access import tokens, webhooks
from sellers.services.companies import applications, bank_accounts
from sellers.services.delivery import interfaces, resending
from sellers.services.members import membership
from sellers.services.orders import supervision
from tests.books import is_refused
from tests.sellers.applying import BANK, COMPANY, an_application
from tests.sellers.delivery.builders import make_failed_message, make_interface, succeed
from tests.settlement.builders import make_endpoint, make_member
from tests.world import a_product, an_order

URL = "https://saas.seller.example/koo"


@pytest.fixture
def mia(seller: Seller) -> User:
    return make_member(seller, "mia")


@pytest.fixture
def viewer(seller: Seller) -> User:
    return make_member(seller, "vera", Role.VIEWER)


@pytest.fixture
def lina(db: None) -> User:
    return User.objects.create_user("lina", email="lina@nordlicht.example")


# applications, certifications, members


def test_R9_1_what_was_sent_in_is_edited_no_more(lina: User) -> None:
    sent = an_application(lina)
    is_refused(
        "not_a_draft", "R9.1", applications.edit_application, sent.number, COMPANY, actor=lina
    )


def test_R9_1_what_was_rejected_is_revised_once(lina: User, operator: User) -> None:
    sent = an_application(lina)
    applications.reject_application(sent.number, "no register", actor=operator)
    applications.revise_application(sent.number, actor=lina)
    is_refused("revised_already", "R9.1", applications.revise_application, sent.number, actor=lina)


def test_R9_1_an_operator_applies_for_somebody_there_is(operator: User) -> None:
    is_refused(
        "unknown_user",
        "R9.1",
        applications.start_application,
        COMPANY,
        applicant="nobody",
        actor=operator,
    )


def test_R9_1_who_only_looks_asks_for_no_bank_account(seller: Seller, viewer: User) -> None:
    is_refused(
        "role_missing",
        "R9.1",
        bank_accounts.request_bank_account,
        seller.number,
        BANK,
        actor=viewer,
    )


@pytest.mark.parametrize("role", ["owner", "finance"])
def test_R4_4_an_owner_gets_no_role_a_second_time(
    seller: Seller, mia: User, operator: User, role: str
) -> None:
    is_refused("role_already", "", membership.give_role, seller.number, "mia", role, actor=operator)


def test_a_token_of_another_operator_is_not_rotated(operator: User) -> None:
    issued = tokens.issue_own_token(TokenTerms("mine", tokens.default_life(None)), actor=operator)
    root = User.objects.create_superuser("root")
    is_refused("holder_only", "", tokens.rotate_token, issued.token.number, actor=root)


# delivery


def test_R9_4_who_only_looks_gives_no_address(product: Product, viewer: User) -> None:
    is_refused(
        "deliverer_only", "R9.4", interfaces.propose_interface, product.number, URL, actor=viewer
    )


def test_R9_4_only_saas_has_an_interface(seller: Seller, mia: User) -> None:
    licence = a_product(seller, delivery="license")
    is_refused("not_saas", "R9.4", interfaces.record_proposal, licence.number, URL, actor=mia)


def test_R9_4_a_server_has_a_name(product: Product, mia: User, settings: Settings) -> None:
    settings.OUTGOING_PRIVATE_TARGETS = False
    url = "https://93.184.215.14/koo"
    is_refused("not_a_name", "R9.4", interfaces.propose_interface, product.number, url, actor=mia)


def test_R9_4_an_address_is_tested_before_it_is_used(product: Product, mia: User) -> None:
    interfaces.record_proposal(product.number, URL, actor=mia)
    is_refused(
        "not_verified", "R9.4", interfaces.switch_interface, product.number, on=True, actor=mia
    )


def test_R9_4_tests_are_made_one_by_one_and_never_sent_again(product: Product, mia: User) -> None:
    make_interface(product)
    test = interfaces.request_test(product.number, actor=mia)
    is_refused("test_under_way", "R9.4", interfaces.request_test, product.number, actor=mia)
    is_refused("is_a_test", "R9.4", resending.resend_message, test.number, actor=mia)


def test_R9_4_what_waits_to_be_sent_is_not_sent_again(product: Product, mia: User) -> None:
    failed = make_failed(product)
    resending.resend_message(failed.number, actor=mia)
    is_refused("nothing_to_send_again", "R9.4", resending.resend_message, failed.number, actor=mia)


def make_failed(product: Product) -> DeliveryMessage:
    make_interface(product)
    return make_failed_message(product, "CS1-1")


def test_R9_4_nothing_is_told_of_an_instance_that_is_gone(product: Product, mia: User) -> None:
    failed = make_failed(product)
    assert failed.instance is not None
    type(failed.instance).objects.filter(pk=failed.instance.pk).update(state="released")
    is_refused("instance_released", "R9.4", resending.resend_message, failed.number, actor=mia)


def test_R9_4_an_instance_is_frozen_or_unfrozen_one_change_after_the_other(
    product: Product, mia: User, operator: User
) -> None:
    failed = make_failed(product)
    resending.resend_message(failed.number, actor=mia)
    succeed(failed.number, "instance-1")
    act = resending.set_instance_status
    is_refused("unknown_status", "R9.4", act, "CS1-1", "MELT", actor=operator)
    act("CS1-1", "FREEZE", actor=operator)
    is_refused("status_under_way", "R9.4", act, "CS1-1", "FREEZE", actor=operator)


def test_R9_3_who_only_looks_provides_no_service(seller: Seller, viewer: User) -> None:
    supervised = a_product(seller, delivery="license", supervised=True)
    order = an_order(supervised, "10", "2024-02-01", supervision="waiting_for_service")
    is_refused("provider_only", "R9.3", supervision.provide_service, order.number, actor=viewer)


# webhooks


def test_R10_endpoints_are_bounded(
    seller: Seller, mia: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "MOST_ENDPOINTS", 1)
    make_endpoint(seller, mia)
    is_refused("too_many_endpoints", "R10", webhooks.create_endpoint, seller.number, URL, actor=mia)
