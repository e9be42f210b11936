"""Every address of the portal."""

from django.contrib import admin
from django.urls import include, path, re_path

from koogallery.api.docs import NoSuchEndpoint
from koogallery.portal.sign_in import SignOut
from koogallery.probes import ready
from sellers.api.open.views import NoSuchInterface, UsageData
from sellers.portal.urls import urlpatterns as sellers_pages
from sellers.portal.views.invitations import AnswerInvitation
from settlement.api.open.views import OrderQuery
from settlement.portal.urls import urlpatterns as settlement_pages
from settlement.portal.views.seals import GlossaryPage, RulesPage, VerifySeal

#: Two apps, one console: their pages share a namespace.
console = [*sellers_pages, *settlement_pages]

#: What sellers' servers call, at the addresses that KooGallery documents (R9.5).
open_api = [
    path("order/query", OrderQuery.as_view()),
    path("isv/usage-data", UsageData.as_view()),
    re_path("", NoSuchInterface.as_view()),
]
#: The address before, which the guide still names.
first_open_api = [
    path("isv/usage-data", UsageData.as_view(has_serials=False)),
    re_path("", NoSuchInterface.as_view()),
]

handler400 = "koogallery.failing.answer_bad_request"
handler404 = "koogallery.failing.answer_not_found"
handler500 = "koogallery.failing.answer_failure"

urlpatterns = [
    path("ready/", ready),
    path("admin/", admin.site.urls),
    path("api/v1/", include("koogallery.api.urls")),
    path("api/mkp-openapi-public/global/v1/", include(open_api)),
    path("rest/marketplace/v1/", include(first_open_api)),
    re_path(r"^(api/mkp-openapi-public|rest)(/|$)", NoSuchInterface.as_view()),
    re_path(r"^api(/|$)", NoSuchEndpoint.as_view()),
    path("invitations/<str:token>/", AnswerInvitation.as_view(), name="invitation"),
    path("verify/", VerifySeal.as_view(), name="verify"),
    path("rules/", RulesPage.as_view(), name="rules"),
    path("glossary/", GlossaryPage.as_view(), name="glossary"),
    path("accounts/logout/", SignOut.as_view(), name="logout"),
    path("", include("koogallery.portal.urls")),
    path("", include((console, "console"))),
]
