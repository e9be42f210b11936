from django.urls import register_converter

from koogallery.portal.routes import page
from sellers.portal.pages import act_page
from settlement.portal.navigation import NAVIGATION
from settlement.portal.views.bills import BillDetail, BillList
from settlement.portal.views.deposits import DepositDetail, DepositList
from settlement.portal.views.disputes import (
    DisputeBill,
    DisputeDetail,
    DisputeList,
)
from settlement.portal.views.exits import ExitDetail, RequestExit, WithdrawExit
from settlement.portal.views.exports import BillCertificate, BillExport, ReceivablePaper
from settlement.portal.views.invoices import (
    InvoiceDetail,
    InvoiceList,
    InvoicingListPage,
    InvoicingListPaper,
    SubmitInvoice,
)
from settlement.portal.views.notices import NoticeList, ReadNotices
from settlement.portal.views.order_matches import MatchOrders, OrderMatch
from settlement.portal.views.orders import OrderDetail, OrderList
from settlement.portal.views.overview import Overview
from settlement.portal.views.payouts import PayoutDetail, PayoutList, Remittance
from settlement.portal.views.recoveries import (
    ReceivableDetail,
    ReceivableList,
    RecoveryDetail,
    RecoveryList,
)
from settlement.portal.views.refunds import AgreeToRefund, RefundDetail, RefundList, RejectRefund
from settlement.portal.views.sales import Sales
from settlement.portal.views.search import Search
from settlement.portal.views.self_billing import ConsentDetail, ConsentToSelfBilling
from settlement.portal.views.statements import StatementExport, StatementPage
from settlement.portal.views.transactions import TransactionList, UsageList
from settlement.portal.views.yearly_statements import (
    YearlyStatementExport,
    YearlyStatementList,
    YearlyStatementPage,
)
from settlement.services.bills import disputes, invoices, self_billing


class LineNumber:
    """Of a line; never more digits than its column holds."""

    regex = "[1-9][0-9]{0,8}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


assert NAVIGATION, "offered with these pages"

register_converter(LineNumber, "line")

urlpatterns = [
    page("overview/", Overview, "overview"),
    page("sales/", Sales, "sales"),
    page("notices/", NoticeList, "notice-list"),
    page("notices/read/", ReadNotices, "notice-read"),
    page("search/", Search, "search"),
    page("order-match/", MatchOrders, "order-match"),
    page("order-match/<str:number>/", OrderMatch, "order-match-detail"),
    page("orders/", OrderList, "order-list"),
    page("orders/<str:number>/", OrderDetail, "order-detail"),
    page("unsubscriptions/", RefundList, "refund-list"),
    page("unsubscriptions/<str:number>/", RefundDetail, "refund-detail"),
    page("unsubscriptions/<str:number>/agree/", AgreeToRefund, "refund-agree"),
    page("unsubscriptions/<str:number>/reject/", RejectRefund, "refund-reject"),
    page("transactions/", TransactionList, "transaction-list"),
    page("transactions/<str:number>/usage/<str:cycle>/", UsageList, "usage-list"),
    page("bills/", BillList, "bill-list"),
    page("bills/<str:number>/", BillDetail, "bill-detail"),
    page("bills/<str:number>/export/", BillExport, "bill-export"),
    page("bills/<str:number>/wht-certificate/", BillCertificate, "bill-certificate"),
    page("bills/<str:number>/dispute/", DisputeBill, "bill-dispute"),
    page("bills/<str:number>/lines/<line:line_no>/dispute/", DisputeBill, "line-dispute"),
    page("bills/<str:number>/invoicing-list/", InvoicingListPage, "invoicing-list"),
    page("bills/<str:number>/invoicing-list/paper/", InvoicingListPaper, "invoicing-list-paper"),
    page("bills/<str:number>/invoices/add/", SubmitInvoice, "invoice-add"),
    page("invoices/", InvoiceList, "invoice-list"),
    page("invoices/<str:number>/", InvoiceDetail, "invoice-detail"),
    act_page(
        "invoices/", invoices.withdraw_invoice, template_name="settlement/invoice_withdraw.html"
    ),
    page("payouts/", PayoutList, "payout-list"),
    page("payouts/<str:number>/", PayoutDetail, "payout-detail"),
    page("payouts/<str:number>/remittance/", Remittance, "payout-remittance"),
    page("settings/self-billing/", ConsentToSelfBilling, "self-billing-consent-add"),
    page("self-billing/<str:number>/", ConsentDetail, "self-billing-consent-detail"),
    act_page(
        "self-billing/",
        self_billing.end_self_billing,
        menu="invoice-list",
        template_name="settlement/self_billing_consent_end.html",
    ),
    page("disputes/", DisputeList, "dispute-list"),
    page("disputes/<str:number>/", DisputeDetail, "dispute-detail"),
    act_page(
        "disputes/", disputes.withdraw_dispute, template_name="settlement/dispute_withdraw.html"
    ),
    page("recoveries/", RecoveryList, "recovery-list"),
    page("recoveries/<str:number>/", RecoveryDetail, "recovery-detail"),
    page("deposits/", DepositList, "deposit-list"),
    page("deposits/<str:number>/", DepositDetail, "deposit-detail"),
    page("exits/<str:number>/", ExitDetail, "exit-detail"),
    page("exits/<str:number>/request/", RequestExit, "exit-request"),
    page("exit-requests/<str:number>/withdraw/", WithdrawExit, "exit-request-withdraw"),
    page("statement/", StatementPage, "statement"),
    page("statement/export/", StatementExport, "statement-export"),
    page("yearly-statements/", YearlyStatementList, "yearly-statement-list"),
    page("yearly-statements/<int:year>/", YearlyStatementPage, "yearly-statement-detail"),
    page("yearly-statements/<int:year>/export/", YearlyStatementExport, "yearly-statement-export"),
    page("receivables/", ReceivableList, "receivable-list"),
    page("receivables/<str:number>/", ReceivableDetail, "receivable-detail"),
    page("receivables/<str:number>/paper/", ReceivablePaper, "receivable-paper"),
]
