"""The sellers' addresses of the API."""

from rest_framework.routers import SimpleRouter

from sellers.api.deliveries import InterfaceViewSet, MessageViewSet
from sellers.api.me import MeViewSet
from sellers.api.tokens import TokenViewSet
from sellers.api.views import ProductViewSet, SellerViewSet, UsageViewSet

router = SimpleRouter()
router.register("me", MeViewSet, "me")
router.register("tokens", TokenViewSet, "token")
router.register("sellers", SellerViewSet, "seller")
router.register("products", ProductViewSet, "product")
router.register("products", InterfaceViewSet, "delivery-interface")
router.register("delivery-messages", MessageViewSet, "delivery-message")
router.register("usage-records", UsageViewSet, "usage-record")
