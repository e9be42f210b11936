"""The sellers' addresses of the API."""

from rest_framework.routers import SimpleRouter

from sellers.api.views import ProductViewSet, SellerViewSet, UsageViewSet

router = SimpleRouter()
router.register("sellers", SellerViewSet, "seller")
router.register("products", ProductViewSet, "product")
router.register("usage-records", UsageViewSet, "usage-record")
