from allauth.account.views import reauthenticate
from django.urls import path

from koogallery.portal.account import (
    AccountPage,
    ChangeAddress,
    ChangePassword,
    ConfirmAddress,
    EndSessions,
)
from koogallery.portal.attachments import download
from koogallery.portal.languages import choose_language
from koogallery.portal.sign_in import ChoosePassword, LostPassword, SignIn
from koogallery.portal.themes import choose_theme
from koogallery.portal.views import home

urlpatterns = [
    path("", home, name="home"),
    path("accounts/login/", SignIn.as_view(), name="account_login"),
    path("accounts/again/", reauthenticate, name="account_reauthenticate"),
    path("accounts/password/lost/", LostPassword.as_view(), name="password-reset"),
    path(
        "accounts/password/<str:uidb64>/<str:token>/",
        ChoosePassword.as_view(),
        name="password-choose",
    ),
    path("account/", AccountPage.as_view(), name="account"),
    path("account/password/", ChangePassword.as_view(), name="account-password"),
    path("account/address/", ChangeAddress.as_view(), name="account-address"),
    path("account/address/<str:signed>/", ConfirmAddress.as_view(), name="account-address-confirm"),
    path("account/sessions/end/", EndSessions.as_view(), name="account-sessions-end"),
    path("attachments/<str:number>/", download, name="attachment"),
    path("theme/", choose_theme, name="theme"),
    path("language/", choose_language, name="language"),
]
