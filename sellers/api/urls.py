"""The sellers' addresses of the API."""

from rest_framework.routers import SimpleRouter

from koogallery.api.reading import NUMBER
from sellers.api.access_keys import AccessKeyViewSet
from sellers.api.applications import ProductApplicationViewSet, SellerApplicationViewSet
from sellers.api.certifications import BankAccountViewSet, CertificationViewSet, StandViewSet
from sellers.api.deliveries import InterfaceViewSet, MessageViewSet
from sellers.api.events import EventViewSet
from sellers.api.mail import MailViewSet
from sellers.api.me import MeViewSet
from sellers.api.members import InvitationViewSet, MemberViewSet
from sellers.api.tokens import TokenViewSet
from sellers.api.views import FeeRatioViewSet, ProductViewSet, SellerViewSet, UsageViewSet
from sellers.api.webhook_deliveries import WebhookDeliveryViewSet
from sellers.api.webhooks import WebhookEndpointViewSet

router = SimpleRouter()
router.register("me", MeViewSet, "me")
router.register("tokens", TokenViewSet, "token")
router.register("sellers", SellerViewSet, "seller")
router.register("sellers", StandViewSet, "seller-certification")
router.register("sellers", MailViewSet, "seller-mail")
router.register("sellers", AccessKeyViewSet, "seller-access-key")
router.register(rf"sellers/(?P<seller>{NUMBER})/members", MemberViewSet, "member")
router.register(rf"sellers/(?P<seller>{NUMBER})/invitations", InvitationViewSet, "invitation")
router.register("seller-applications", SellerApplicationViewSet, "seller-application")
router.register("certifications", CertificationViewSet, "certification")
router.register("bank-accounts", BankAccountViewSet, "bank-account")
router.register("product-applications", ProductApplicationViewSet, "product-application")
router.register("products", ProductViewSet, "product")
router.register(rf"products/(?P<product>{NUMBER})/fee-ratios", FeeRatioViewSet, "fee-ratio")
router.register("products", InterfaceViewSet, "delivery-interface")
router.register("delivery-messages", MessageViewSet, "delivery-message")
router.register("usage-records", UsageViewSet, "usage-record")
router.register("events", EventViewSet, "event")
router.register("webhook-endpoints", WebhookEndpointViewSet, "webhook-endpoint")
router.register(
    rf"webhook-endpoints/(?P<endpoint>{NUMBER})/deliveries",
    WebhookDeliveryViewSet,
    "webhook-delivery",
)
