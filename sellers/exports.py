"""Which lists of sellers' facts can be exported."""

from koogallery.exports.kinds import register
from sellers.listings.exports import EXPORTS
from sellers.listings.messages import MESSAGES
from sellers.listings.notices import NOTICES
from sellers.listings.products import PRODUCT_APPLICATIONS, PRODUCTS
from sellers.listings.supervisions import SUPERVISIONS
from sellers.listings.webhook_deliveries import DELIVERIES

for each in (
    PRODUCTS,
    PRODUCT_APPLICATIONS,
    SUPERVISIONS,
    MESSAGES,
    NOTICES,
    DELIVERIES,
    EXPORTS,
):
    register(each.kind())
