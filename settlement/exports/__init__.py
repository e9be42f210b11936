"""Which lists of settlement can be exported."""

from koogallery.exports.kinds import register
from settlement.exports.bills import LINES
from settlement.exports.disputes import DISPUTES
from settlement.exports.orders import ORDERS
from settlement.exports.recoveries import MOVEMENTS, RECEIVABLES, RECOVERIES, REFUNDS
from settlement.exports.transactions import TRANSACTIONS
from settlement.listings.bills import BILLS

for each in (BILLS, LINES, DISPUTES, RECOVERIES, MOVEMENTS, RECEIVABLES, REFUNDS):
    register(each.kind())
register(ORDERS)
register(TRANSACTIONS)
