"""Which lists of settlement can be exported."""

from koogallery.exports.kinds import register
from settlement.exports.order_matches import ORDER_MATCHES
from settlement.exports.transactions import TRANSACTIONS
from settlement.listings.bills import BILLS, DISPUTES, INVOICES, LINES
from settlement.listings.deposits import DEPOSITS, MOVEMENTS
from settlement.listings.orders import ORDERS, USAGE
from settlement.listings.payouts import PAYOUTS
from settlement.listings.refunds import RECEIVABLES, RECOVERIES, REFUNDS

for each in (
    BILLS,
    LINES,
    DEPOSITS,
    DISPUTES,
    INVOICES,
    MOVEMENTS,
    ORDERS,
    PAYOUTS,
    RECEIVABLES,
    RECOVERIES,
    REFUNDS,
    USAGE,
):
    register(each.kind())
register(TRANSACTIONS)
register(ORDER_MATCHES)
