"""Which lists of sellers' facts can be exported."""

from koogallery.exports.kinds import register
from sellers.listings.messages import MESSAGES
from sellers.listings.product_applications import PRODUCT_APPLICATIONS
from sellers.listings.products import PRODUCTS
from sellers.listings.supervisions import SUPERVISIONS

for each in (PRODUCTS, PRODUCT_APPLICATIONS, SUPERVISIONS, MESSAGES):
    register(each.kind())
