from allauth.account.views import reauthenticate
from allauth.mfa.base.views import authenticate
from allauth.mfa.base.views import reauthenticate as show_again
from allauth.mfa.webauthn.views import reauthenticate_webauthn
from django.urls import include, path

from koogallery.portal.account import (
    AccountPage,
    ChangeAddress,
    ChangePassword,
    ConfirmAddress,
    EndSessions,
)
from koogallery.portal.attachments import download
from koogallery.portal.languages import choose_language
from koogallery.portal.saved_views import add_view, change_view
from koogallery.portal.second_factor import (
    AddPasskey,
    NewRecoveryCodes,
    RecoveryCodes,
    RemoveApp,
    RemovePasskey,
    SetUpApp,
)
from koogallery.portal.shortcuts import choose_shortcuts
from koogallery.portal.sign_in import ChoosePassword, LostPassword, SignIn
from koogallery.portal.sign_up import FinishSignUp, SignUp
from koogallery.portal.single_sign_on import (
    begin_openid,
    begin_saml,
    finish_openid,
    finish_saml,
    metadata,
    sign_out_by_openid,
    sign_out_by_saml,
    take_assertion,
)
from koogallery.portal.themes import choose_theme
from koogallery.portal.views import home

#: By the names that allauth knows them by.
single_sign_on = [
    path("<str:provider_id>/begin/", begin_openid, name="openid_connect_login"),
    path("<str:provider_id>/finish/", finish_openid, name="openid_connect_callback"),
    path("<str:provider_id>/sign-out/", sign_out_by_openid, name="openid_connect_sign_out"),
    path("<str:organization_slug>/request/", begin_saml, name="saml_login"),
    path("<str:organization_slug>/acs/", take_assertion, name="saml_acs"),
    path("<str:organization_slug>/acs/finish/", finish_saml, name="saml_finish_acs"),
    path("<str:organization_slug>/sls/", sign_out_by_saml, name="saml_sls"),
    path("<str:organization_slug>/metadata/", metadata, name="saml_metadata"),
]

urlpatterns = [
    path("accounts/sso/", include(single_sign_on)),
    path("", home, name="home"),
    path("accounts/login/", SignIn.as_view(), name="account_login"),
    path("accounts/sign-up/", SignUp.as_view(), name="sign-up"),
    path("accounts/sign-up/<str:signed>/", FinishSignUp.as_view(), name="sign-up-finish"),
    path("accounts/again/", reauthenticate, name="account_reauthenticate"),
    path("accounts/password/lost/", LostPassword.as_view(), name="password-reset"),
    path(
        "accounts/password/<str:uidb64>/<str:token>/",
        ChoosePassword.as_view(),
        name="password-choose",
    ),
    path("accounts/code/", authenticate, name="mfa_authenticate"),
    path("accounts/again/code/", show_again, name="mfa_reauthenticate"),
    path("accounts/again/passkey/", reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("account/app/", SetUpApp.as_view(), name="mfa_activate_totp"),
    path("account/app/remove/", RemoveApp.as_view(), name="mfa_deactivate_totp"),
    path("account/passkeys/add/", AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("account/passkeys/<int:pk>/remove/", RemovePasskey.as_view(), name="mfa_remove_webauthn"),
    path("account/codes/", RecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
    path("account/codes/new/", NewRecoveryCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("account/", AccountPage.as_view(), name="account"),
    path("account/", AccountPage.as_view(), name="mfa_index"),  # as allauth calls it
    path("account/shortcuts/", choose_shortcuts, name="account-shortcuts"),
    path("account/password/", ChangePassword.as_view(), name="account-password"),
    path("account/address/", ChangeAddress.as_view(), name="account-address"),
    path("account/address/<str:signed>/", ConfirmAddress.as_view(), name="account-address-confirm"),
    path("account/sessions/end/", EndSessions.as_view(), name="account-sessions-end"),
    path("attachments/<str:number>/", download, name="attachment"),
    path("views/add/", add_view, name="view-add"),
    path("views/<int:pk>/", change_view, name="view-change"),
    path("theme/", choose_theme, name="theme"),
    path("language/", choose_language, name="language"),
]
