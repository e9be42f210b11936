"""What a seller's people write: applications, certifications, bank details, products."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from koogallery.countries import countries as countries_by_name
from koogallery.countries import country_name
from koogallery.kit.figures import percent_text
from koogallery.kit.money import MINOR_UNITS
from koogallery.kit.names import TEXT_LENGTH
from koogallery.portal.attachments import AttachmentsField
from sellers.choices import BillingMode, DeliveryMethod
from sellers.rules.bank_accounts import masked

HUNDRED = Decimal(100)


def countries() -> list[tuple[str, str]]:
    return [("", _("Choose a country")), *countries_by_name()]


def currencies() -> list[tuple[str, str]]:
    return [("", _("Choose a currency")), *((each, each) for each in sorted(MINOR_UNITS))]


class PercentField(forms.DecimalField):
    """A share, written and read as a percentage."""

    def prepare_value(self, value: Any) -> Any:
        return f"{(value * HUNDRED).normalize():f}" if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Decimal | None:
        cleaned: Decimal | None = super().clean(value)
        return None if cleaned is None else cleaned / HUNDRED


class SectionForm(forms.Form):
    """Fields in named groups; nothing is required before it is sent in."""

    SECTIONS: ClassVar[Sequence[tuple[Any, tuple[str, ...]]]]

    def sections(self) -> Iterator[tuple[str | Promise, list[forms.BoundField]]]:
        for title, names in self.SECTIONS:
            fields = [self[name] for name in names if name in self.fields]
            if fields:
                yield title, fields

    @property
    def content(self) -> dict[str, Any]:
        """What was written, without the files; a number that is left empty stays as it is."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "documents"}
        if not given.get("account_number", "x"):
            del given["account_number"]
        return {name: value for name, value in given.items() if value is not None}

    @classmethod
    def facts(
        cls, content: Mapping[str, Any], *, whole: bool
    ) -> list[tuple[str | Promise, list[tuple[str | Promise, str]]]]:
        """The same content to be read; account numbers whole or their end alone."""
        shown = []
        for title, names in cls.SECTIONS:
            known = [name for name in names if name in content]
            if any(content[name] not in ("", None) for name in known):
                rows = [cls._fact(name, content[name], whole=whole) for name in known]
                shown.append((title, rows))
        return shown

    @classmethod
    def _fact(cls, name: str, value: Any, *, whole: bool) -> tuple[str | Promise, str]:
        field = cls.base_fields[name]
        if name == "account_number" and value and not whole:
            value = masked(value)
        # As people read it.
        if isinstance(field, PercentField):
            said = percent_text(value)
        elif isinstance(value, bool):
            said = _("Yes") if value else _("No")
        elif isinstance(value, list):
            said = _(", ").join(str(BillingMode(each).label) for each in value)
        elif name in {"country", "bank_country"}:
            said = country_name(value)
        elif name == "delivery_method":
            said = str(DeliveryMethod(value).label)
        else:
            said = str(value)
        return field.label or name, said


def _text(label: Any, length: int = 200, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, required=False, **options)


def _country(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=countries, required=False)


class BankForm(SectionForm):
    account_holder = _text(
        gettext_lazy("Account holder"),
        help_text=gettext_lazy("The company itself, as it is named."),
    )
    account_number = _text(gettext_lazy("Account number or IBAN"), 60)
    bank_name = _text(gettext_lazy("Bank"))
    bank_address = _text(gettext_lazy("Address of the bank"), 300)
    bank_country = _country(gettext_lazy("Country of the bank"))
    swift_code = _text(gettext_lazy("SWIFT code"), 20)
    documents = AttachmentsField(label=gettext_lazy("Documents that prove it"))

    BANK: ClassVar[tuple[str, ...]] = (
        "account_holder",
        "account_number",
        "bank_name",
        "bank_address",
        "bank_country",
        "swift_code",
    )
    SECTIONS: ClassVar[Sequence[tuple[Any, tuple[str, ...]]]] = (
        (gettext_lazy("Bank account"), BANK),
        (gettext_lazy("Documents"), ("documents",)),
    )


class CertificationForm(BankForm):
    company_name = _text(gettext_lazy("Company name"))
    country = _country(gettext_lazy("Country"))
    registration_number = _text(gettext_lazy("Registration number"), 60)
    address = _text(gettext_lazy("Registered address"), 300)
    vat_number = _text(gettext_lazy("VAT number"), 40)
    tax_numbers = _text(
        gettext_lazy("Tax identification numbers (TIN)"),
        300,
        help_text=gettext_lazy(
            "Each after the country that issued it, such as DE 27/815/08150, FR 1234567890123."
        ),
    )
    withholding_tax_rate = PercentField(
        label=gettext_lazy("Withholding tax, in percent"),
        min_value=0,
        max_value=100,
        required=False,
        help_text=gettext_lazy("0 unless your country has it withheld from what you are paid."),
    )
    digital_service_tax_rate = PercentField(
        label=gettext_lazy("Digital service tax, in percent"),
        min_value=0,
        max_value=100,
        required=False,
        help_text=gettext_lazy("0 unless your country levies it on your sales amount."),
    )
    contact_name = _text(pgettext_lazy("person", "Name"))
    contact_email = _text(gettext_lazy("E-mail"), 254)
    contact_phone = _text(gettext_lazy("Telephone"), 40)
    documents = AttachmentsField(
        label=gettext_lazy("Business licence, and what proves the bank account")
    )

    SECTIONS = (
        (
            gettext_lazy("Company"),
            ("company_name", "country", "registration_number", "address"),
        ),
        (
            gettext_lazy("Tax"),
            ("vat_number", "tax_numbers", "withholding_tax_rate", "digital_service_tax_rate"),
        ),
        (
            gettext_lazy("Financial contact"),
            ("contact_name", "contact_email", "contact_phone"),
        ),
        (gettext_lazy("Bank account"), BankForm.BANK),
        (gettext_lazy("Documents"), ("documents",)),
    )


class SellerApplicationForm(SectionForm):
    company_name = _text(gettext_lazy("Company name"))
    country = _country(gettext_lazy("Country"))
    registration_number = _text(gettext_lazy("Registration number"), 60)
    settlement_currency = forms.ChoiceField(
        label=gettext_lazy("Settlement currency"),
        choices=currencies,
        required=False,
        help_text=gettext_lazy("In which you are billed and paid; fixed by the first order."),
    )
    website = _text(gettext_lazy("Web site"))
    business = forms.CharField(
        label=gettext_lazy("What you want to sell"),
        max_length=TEXT_LENGTH,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )
    contact_name = _text(pgettext_lazy("person", "Name"))
    contact_email = _text(gettext_lazy("E-mail"), 254)
    contact_phone = _text(gettext_lazy("Telephone"), 40)
    documents = AttachmentsField(label=gettext_lazy("Documents about the company"))

    SECTIONS = (
        (
            gettext_lazy("Company"),
            (
                "company_name",
                "country",
                "registration_number",
                "settlement_currency",
                "website",
                "business",
            ),
        ),
        (gettext_lazy("Contact"), ("contact_name", "contact_email", "contact_phone")),
        (gettext_lazy("Documents"), ("documents",)),
    )


class ProductApplicationForm(SectionForm):
    name = _text(gettext_lazy("Name"))
    description = forms.CharField(
        label=gettext_lazy("Description"),
        max_length=TEXT_LENGTH,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )
    delivery_method = forms.ChoiceField(
        label=gettext_lazy("Delivery method"), choices=DeliveryMethod.choices
    )
    billing_modes = forms.MultipleChoiceField(
        label=gettext_lazy("Billing modes"),
        choices=BillingMode.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "License and professional service: yearly/monthly or one-time; image: yearly/monthly "
            "or pay-per-use; hardware: one-time; packages: SaaS."
        ),
    )
    supervised = forms.BooleanField(
        label=gettext_lazy("With service supervision: billed once the customer has accepted"),
        required=False,
    )
    platform_fee_ratio = PercentField(
        label=gettext_lazy("Platform fee you propose, in percent"),
        min_value=0,
        max_value=100,
        required=False,
        help_text=gettext_lazy("For orders placed from the approval on."),
    )
    documents = AttachmentsField()

    SECTIONS = (
        (gettext_lazy("Product"), ("name", "description")),
        (gettext_lazy("Sale"), ("delivery_method", "billing_modes", "supervised")),
        (gettext_lazy("Platform fee"), ("platform_fee_ratio",)),
        (gettext_lazy("Documents"), ("documents",)),
    )
