from django.urls import path, register_converter

from settlement.portal.navigation import NAVIGATION
from settlement.portal.views.bills import BillDetail, BillList
from settlement.portal.views.deposits import DepositDetail, DepositList
from settlement.portal.views.disputes import (
    DisputeBill,
    DisputeDetail,
    DisputeList,
    WithdrawDispute,
)
from settlement.portal.views.exits import ExitDetail, RequestExit, WithdrawExit
from settlement.portal.views.exports import BillCertificate, BillExport, ReceivablePaper
from settlement.portal.views.invoices import (
    InvoiceDetail,
    InvoiceList,
    InvoicingListPage,
    InvoicingListPaper,
    SubmitInvoice,
    WithdrawInvoice,
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
from settlement.portal.views.self_billing import ConsentDetail, ConsentToSelfBilling, EndSelfBilling
from settlement.portal.views.statements import StatementExport, StatementPage
from settlement.portal.views.transactions import TransactionList, UsageList
from settlement.portal.views.yearly_statements import (
    YearlyStatementExport,
    YearlyStatementList,
    YearlyStatementPage,
)


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
    path("overview/", Overview.as_view(), name="overview"),
    path("sales/", Sales.as_view(), name="sales"),
    path("notices/", NoticeList.as_view(), name="notice-list"),
    path("notices/read/", ReadNotices.as_view(), name="notice-read"),
    path("search/", Search.as_view(), name="search"),
    path("order-match/", MatchOrders.as_view(), name="order-match"),
    path("order-match/<str:number>/", OrderMatch.as_view(), name="order-match-detail"),
    path("orders/", OrderList.as_view(), name="order-list"),
    path("orders/<str:number>/", OrderDetail.as_view(), name="order-detail"),
    path("unsubscriptions/", RefundList.as_view(), name="refund-list"),
    path("unsubscriptions/<str:number>/", RefundDetail.as_view(), name="refund-detail"),
    path("unsubscriptions/<str:number>/agree/", AgreeToRefund.as_view(), name="refund-agree"),
    path("unsubscriptions/<str:number>/reject/", RejectRefund.as_view(), name="refund-reject"),
    path("transactions/", TransactionList.as_view(), name="transaction-list"),
    path("transactions/<str:number>/usage/<str:cycle>/", UsageList.as_view(), name="usage-list"),
    path("bills/", BillList.as_view(), name="bill-list"),
    path("bills/<str:number>/", BillDetail.as_view(), name="bill-detail"),
    path("bills/<str:number>/export/", BillExport.as_view(), name="bill-export"),
    path("bills/<str:number>/wht-certificate/", BillCertificate.as_view(), name="bill-certificate"),
    path("bills/<str:number>/dispute/", DisputeBill.as_view(), name="bill-dispute"),
    path(
        "bills/<str:number>/lines/<line:line_no>/dispute/",
        DisputeBill.as_view(),
        name="line-dispute",
    ),
    path("bills/<str:number>/invoicing-list/", InvoicingListPage.as_view(), name="invoicing-list"),
    path(
        "bills/<str:number>/invoicing-list/paper/",
        InvoicingListPaper.as_view(),
        name="invoicing-list-paper",
    ),
    path("bills/<str:number>/invoices/add/", SubmitInvoice.as_view(), name="invoice-add"),
    path("invoices/", InvoiceList.as_view(), name="invoice-list"),
    path("invoices/<str:number>/", InvoiceDetail.as_view(), name="invoice-detail"),
    path("invoices/<str:number>/withdraw/", WithdrawInvoice.as_view(), name="invoice-withdraw"),
    path("payouts/", PayoutList.as_view(), name="payout-list"),
    path("payouts/<str:number>/", PayoutDetail.as_view(), name="payout-detail"),
    path("payouts/<str:number>/remittance/", Remittance.as_view(), name="payout-remittance"),
    path("settings/self-billing/", ConsentToSelfBilling.as_view(), name="self-billing-consent-add"),
    path("self-billing/<str:number>/", ConsentDetail.as_view(), name="self-billing-consent-detail"),
    path(
        "self-billing/<str:number>/end/", EndSelfBilling.as_view(), name="self-billing-consent-end"
    ),
    path("disputes/", DisputeList.as_view(), name="dispute-list"),
    path("disputes/<str:number>/", DisputeDetail.as_view(), name="dispute-detail"),
    path("disputes/<str:number>/withdraw/", WithdrawDispute.as_view(), name="dispute-withdraw"),
    path("recoveries/", RecoveryList.as_view(), name="recovery-list"),
    path("recoveries/<str:number>/", RecoveryDetail.as_view(), name="recovery-detail"),
    path("deposits/", DepositList.as_view(), name="deposit-list"),
    path("deposits/<str:number>/", DepositDetail.as_view(), name="deposit-detail"),
    path("exits/<str:number>/", ExitDetail.as_view(), name="exit-detail"),
    path("exits/<str:number>/request/", RequestExit.as_view(), name="exit-request"),
    path(
        "exit-requests/<str:number>/withdraw/",
        WithdrawExit.as_view(),
        name="exit-request-withdraw",
    ),
    path("statement/", StatementPage.as_view(), name="statement"),
    path("statement/export/", StatementExport.as_view(), name="statement-export"),
    path("yearly-statements/", YearlyStatementList.as_view(), name="yearly-statement-list"),
    path(
        "yearly-statements/<int:year>/",
        YearlyStatementPage.as_view(),
        name="yearly-statement-detail",
    ),
    path(
        "yearly-statements/<int:year>/export/",
        YearlyStatementExport.as_view(),
        name="yearly-statement-export",
    ),
    path("receivables/", ReceivableList.as_view(), name="receivable-list"),
    path("receivables/<str:number>/", ReceivableDetail.as_view(), name="receivable-detail"),
    path("receivables/<str:number>/paper/", ReceivablePaper.as_view(), name="receivable-paper"),
]
