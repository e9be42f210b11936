"""Every address of the API."""

from django.urls import include, path, re_path
from rest_framework.routers import SimpleRouter

from koogallery.api.acts import ActViewSet
from koogallery.api.approval_requests import ApprovalRequestViewSet
from koogallery.api.attachments import AttachmentViewSet
from koogallery.api.customer_notices import CustomerNoticeViewSet
from koogallery.api.docs import DocsView, NoSuchEndpoint, SchemaView
from koogallery.api.exports import ExportViewSet
from koogallery.api.platform_events import PlatformEventViewSet
from koogallery.api.search import SearchViewSet
from sellers.api.urls import router as sellers
from settlement.api.urls import router as settlement

router = SimpleRouter()
router.register("acts", ActViewSet, "act")
router.register("approval-requests", ApprovalRequestViewSet, "approval-request")
router.register("attachments", AttachmentViewSet, "attachment")
router.register("customer-notices", CustomerNoticeViewSet, "customer-notice")
router.register("exports", ExportViewSet, "export")
router.register("platform-events", PlatformEventViewSet, "platform-event")
router.register("search", SearchViewSet, "search")
router.registry = [*router.registry, *sellers.registry, *settlement.registry]
SearchViewSet.endpoints = router.registry

app_name = "api"
urlpatterns = [
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(), name="docs"),
    path("", include(router.urls)),
    re_path("", NoSuchEndpoint.as_view()),
]
