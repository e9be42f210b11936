"""Certifications and bank accounts over REST (R9.1)."""

from http import HTTPStatus
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api import fields
from koogallery.api.asked import ReasonInput
from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import ByAmount, ByName, Filters
from koogallery.api.serializers import StrictSerializer
from koogallery.api.viewsets import ScopedViewSet, by_name
from sellers.api.reviews import AccountNumberField, ReadsAccounts, ReviewFields, ReviewViewSet
from sellers.api.serializers import Changing
from sellers.choices import BankAccountState, CertificationState, Standing
from sellers.models import BankAccount, Certification, Seller
from sellers.services.companies import bank_accounts, certifications

TAX_NUMBERS = "DE 27/815/08150, FR 1234567890123: each after the country that issued it."
NOT_GIVEN: dict[str, Any] = {"required": False, "allow_blank": True}


class BankDetailsInput(StrictSerializer):
    account_holder = fields.TextField(
        max_length=200, help_text="The company itself (R9.1).", **NOT_GIVEN
    )
    account_number = fields.TextField(max_length=60, help_text="Blanks are left out.", **NOT_GIVEN)
    bank_name = fields.TextField(max_length=200, **NOT_GIVEN)
    bank_address = fields.TextField(max_length=300, **NOT_GIVEN)
    bank_country = fields.TextField(max_length=2, help_text="ISO 3166.", **NOT_GIVEN)
    swift_code = fields.TextField(max_length=20, **NOT_GIVEN)


class BankDetailsFields(serializers.Serializer[Any]):
    account_holder = fields.OptionalTextField()
    account_number = AccountNumberField(help_text="Its end alone unless the caller may read it.")
    bank_name = fields.OptionalTextField()
    bank_address = fields.OptionalTextField()
    bank_country = fields.OptionalTextField()
    swift_code = fields.OptionalTextField()


class CertificationChange(Changing, BankDetailsInput):
    company_name = fields.TextField(max_length=200, allow_blank=True)
    country = fields.TextField(max_length=2, allow_blank=True, help_text="ISO 3166.")
    registration_number = fields.TextField(max_length=60, allow_blank=True)
    address = fields.TextField(max_length=300, allow_blank=True)
    vat_number = fields.TextField(max_length=40, allow_blank=True)
    tax_numbers = fields.TextField(max_length=300, allow_blank=True, help_text=TAX_NUMBERS)
    withholding_tax_rate = fields.RatioField(rule="R2.2", help_text="Declared.")
    digital_service_tax_rate = fields.RatioField(rule="R2.2", help_text="Declared.")
    contact_name = fields.TextField(max_length=200, allow_blank=True)
    contact_email = fields.TextField(max_length=254, allow_blank=True)
    contact_phone = fields.TextField(max_length=40, allow_blank=True)


class CertificationInput(CertificationChange):
    """What is not given is taken from the last attempt, or from what the seller is known by."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.partial = False
        for name, field in self.fields.items():
            field.required = name == "seller"

    seller = fields.NumberField()


class CertificationFields(ReviewFields, BankDetailsFields):
    """A seller's business information, sent in to be certified."""

    number = fields.NumberField()
    seller = fields.NumberField(source="seller.number")
    state = fields.WordField(CertificationState.choices)
    company_name = fields.OptionalTextField()
    country = fields.OptionalTextField()
    registration_number = fields.OptionalTextField()
    address = fields.OptionalTextField()
    vat_number = fields.OptionalTextField()
    tax_numbers = fields.OptionalTextField(help_text=TAX_NUMBERS)
    withholding_tax_rate = fields.RatioField()
    digital_service_tax_rate = fields.RatioField()
    contact_name = fields.OptionalTextField()
    contact_email = fields.OptionalTextField()
    contact_phone = fields.OptionalTextField()


class CertificationFilters(Filters):
    model = Certification
    columns = (
        "number seller state company_name country registration_number vat_number "
        "tax_numbers "
        "contact_email withholding_tax_rate digital_service_tax_rate revises submitted_at "
        "decided_at created_at"
    )
    modified_since = ChangedSince("modified_at")


class CertificationViewSet(ReviewViewSet):
    """Business information sent in to be certified; three rejections in a row lock it (R9.1)."""

    queryset = Certification.objects.select_related("seller", "revises")
    serializer_class = CertificationFields
    filterset_class = CertificationFilters
    change = CertificationChange
    acts = {
        "create": certifications.start_certification,
        "partial_update": certifications.edit_certification,
        "submit": certifications.submit_certification,
        "withdraw": certifications.withdraw_certification,
        "discard": certifications.discard_certification,
        "revise": certifications.revise_certification,
        "approve": certifications.approve_certification,
        "reject": certifications.reject_certification,
    }

    @extend_schema(request=CertificationInput, responses={HTTPStatus.CREATED: CertificationFields})
    def create(self, request: Request) -> Response:  # noqa: ARG002
        """A draft. Documents are attached to it before it is sent in."""
        body = self.read_body(CertificationInput)
        started = certifications.start_certification(body.pop("seller"), body, actor=self.actor)
        return self.answer_row(started.number, HTTPStatus.CREATED)

    @extend_schema(request=CertificationChange, responses=CertificationFields)
    def partial_update(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Change a draft."""
        return self.edit(number)


class StandFields(serializers.Serializer[Any]):
    """Where a seller's certification stands."""

    seller = fields.NumberField()
    standing = fields.WordField(Standing.choices)
    rejections = serializers.IntegerField(help_text="In a row; three lock.")
    certified_at = fields.InstantField(allow_null=True)
    open = fields.NumberField(allow_null=True, help_text="The certification not decided yet.")
    certified = fields.NumberField(allow_null=True, help_text="The one that was certified last.")


class StandViewSet(ScopedViewSet):
    """The certification of a seller as a whole, by the seller's number."""

    queryset = Seller.objects.all()
    serializer_class = StandFields
    pagination_class = None
    acts = {"unlock": certifications.unlock_certification}

    @extend_schema(responses=StandFields)
    @action(detail=True, methods=["get"])
    def certification(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Uncertified, pending, certified, rejected or locked."""
        return self.answer_row(self.get_object().number)

    @extend_schema(request=ReasonInput, responses=StandFields)
    @action(detail=True, methods=["post"], url_path="certification/unlock")
    def unlock(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Let a seller try again after three rejections in a row."""
        body = self.read_body(ReasonInput)
        certifications.unlock_certification(number, **body, actor=self.actor)
        return self.answer_row(number)

    def represent(self, row: Any) -> Any:
        stand = certifications.stand_of(row)
        told = {
            "seller": row.number,
            "standing": stand.standing,
            "rejections": stand.rejections,
            "certified_at": row.certified_at,
            "open": stand.open and stand.open.number,
            "certified": stand.certified and stand.certified.number,
        }
        return StandFields(told).data


class BankAccountInput(BankDetailsInput):
    """Another account for a seller; the whole of it."""

    seller = fields.NumberField()


class BankAccountFields(BankDetailsFields):
    """One version of where a seller is paid."""

    number = fields.NumberField()
    seller = fields.NumberField(source="seller.number")
    version = serializers.IntegerField()
    state = fields.WordField(BankAccountState.choices)
    requested_at = fields.InstantField()
    checked_at = fields.InstantField(allow_null=True, help_text="By the first operator.")
    approved_at = fields.InstantField(allow_null=True, help_text="By the second operator.")
    usable_from = fields.InstantField(allow_null=True, help_text="No money goes there before.")
    closed_at = fields.InstantField(allow_null=True)
    reason = fields.OptionalTextField()
    modified_at = fields.InstantField()


class BankAccountFilters(Filters):
    model = BankAccount
    columns = (
        "number seller state bank_name bank_country swift_code requested_at checked_at "
        "approved_at usable_from closed_at"
    )
    version = ByAmount("version")
    account_holder = ByName("account_holder")
    modified_since = ChangedSince("modified_at")


class BankAccountViewSet(ReadsAccounts):
    """Where sellers are paid, version by version.

    A change takes two operators and a cool-down, in which its owner can stop it (R9.1).
    """

    queryset = BankAccount.objects.select_related("seller")
    serializer_class = BankAccountFields
    filterset_class = BankAccountFilters
    ordering_fields = by_name("requested_at", "usable_from", "modified_at")
    acts = {
        "create": bank_accounts.request_bank_account,
        "check": bank_accounts.check_bank_account,
        "approve": bank_accounts.approve_bank_account,
        "reject": bank_accounts.reject_bank_account,
        "withdraw": bank_accounts.withdraw_bank_account,
        "stop": bank_accounts.stop_bank_account,
    }

    @extend_schema(request=BankAccountInput, responses={HTTPStatus.CREATED: BankAccountFields})
    def create(self, request: Request) -> Response:  # noqa: ARG002
        """Ask for another account; the company is told at once."""
        body = self.read_body(BankAccountInput)
        asked = bank_accounts.request_bank_account(body.pop("seller"), body, actor=self.actor)
        return self.answer_row(asked.number, HTTPStatus.CREATED)
