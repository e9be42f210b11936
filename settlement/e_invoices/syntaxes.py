"""Where each business term stands in the two syntaxes of EN 16931 (R8.3)."""

from collections.abc import Mapping
from dataclasses import dataclass

_UBL_SELLER = "AccountingSupplierParty/Party"
_UBL_BUYER = "AccountingCustomerParty/Party"
_CII_TRADE = "SupplyChainTradeTransaction"
_CII_AGREED = f"{_CII_TRADE}/ApplicableHeaderTradeAgreement"
_CII_SETTLED = f"{_CII_TRADE}/ApplicableHeaderTradeSettlement"
_CII_SUM = f"{_CII_SETTLED}/SpecifiedTradeSettlementHeaderMonetarySummation"


@dataclass(frozen=True, slots=True)
class Syntax:
    """`terms` are paths from the root, `of_rate` and `of_account` from a group of theirs."""

    name: str
    root: str
    terms: Mapping[str, str]
    rates: str
    of_rate: Mapping[str, str]
    accounts: str
    of_account: Mapping[str, tuple[str, ...]]


UBL = Syntax(
    name="UBL 2.1",
    root="Invoice",
    terms={
        "BT-1": "ID",
        "BT-2": "IssueDate",
        "BT-3": "InvoiceTypeCode",
        "BT-5": "DocumentCurrencyCode",
        "BT-27": f"{_UBL_SELLER}/PartyLegalEntity/RegistrationName",
        "BT-31": f"{_UBL_SELLER}/PartyTaxScheme[TaxScheme/ID='VAT']/CompanyID",
        "BT-32": f"{_UBL_SELLER}/PartyTaxScheme[TaxScheme/ID!='VAT']/CompanyID",
        "BT-44": f"{_UBL_BUYER}/PartyLegalEntity/RegistrationName",
        "BT-48": f"{_UBL_BUYER}/PartyTaxScheme[TaxScheme/ID='VAT']/CompanyID",
        "BT-109": "LegalMonetaryTotal/TaxExclusiveAmount",
        "BT-110": "TaxTotal/TaxAmount",
        "BT-112": "LegalMonetaryTotal/TaxInclusiveAmount",
        "BT-113": "LegalMonetaryTotal/PrepaidAmount",
        "BT-115": "LegalMonetaryTotal/PayableAmount",
    },
    rates="TaxTotal/TaxSubtotal",
    of_rate={"BT-116": "TaxableAmount", "BT-117": "TaxAmount", "BT-119": "TaxCategory/Percent"},
    accounts="PaymentMeans",
    of_account={
        "BT-84": ("PayeeFinancialAccount/ID",),
        "BT-85": ("PayeeFinancialAccount/Name",),
        "BT-86": ("PayeeFinancialAccount/FinancialInstitutionBranch/ID",),
    },
)

CII = Syntax(
    name="UN/CEFACT CII",
    root="CrossIndustryInvoice",
    terms={
        "BT-1": "ExchangedDocument/ID",
        "BT-2": "ExchangedDocument/IssueDateTime/DateTimeString",
        "BT-3": "ExchangedDocument/TypeCode",
        "BT-5": f"{_CII_SETTLED}/InvoiceCurrencyCode",
        "BT-27": f"{_CII_AGREED}/SellerTradeParty/Name",
        "BT-31": f"{_CII_AGREED}/SellerTradeParty/SpecifiedTaxRegistration/ID[@schemeID='VA']",
        "BT-32": f"{_CII_AGREED}/SellerTradeParty/SpecifiedTaxRegistration/ID[@schemeID='FC']",
        "BT-44": f"{_CII_AGREED}/BuyerTradeParty/Name",
        "BT-48": f"{_CII_AGREED}/BuyerTradeParty/SpecifiedTaxRegistration/ID[@schemeID='VA']",
        "BT-109": f"{_CII_SUM}/TaxBasisTotalAmount",
        "BT-110": f"{_CII_SUM}/TaxTotalAmount",
        "BT-112": f"{_CII_SUM}/GrandTotalAmount",
        "BT-113": f"{_CII_SUM}/TotalPrepaidAmount",
        "BT-115": f"{_CII_SUM}/DuePayableAmount",
    },
    rates=f"{_CII_SETTLED}/ApplicableTradeTax",
    of_rate={
        "BT-116": "BasisAmount",
        "BT-117": "CalculatedAmount",
        "BT-119": "RateApplicablePercent",
    },
    accounts=f"{_CII_SETTLED}/SpecifiedTradeSettlementPaymentMeans",
    of_account={
        "BT-84": (
            "PayeePartyCreditorFinancialAccount/IBANID",
            "PayeePartyCreditorFinancialAccount/ProprietaryID",
        ),
        "BT-85": ("PayeePartyCreditorFinancialAccount/AccountName",),
        "BT-86": ("PayeeSpecifiedCreditorFinancialInstitution/BICID",),
    },
)

SYNTAXES: Mapping[str, Syntax] = {each.root: each for each in (UBL, CII)}
