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
from koogallery.portal.routes import page
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
from koogallery.portal.themes import choose_language, choose_theme
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
    page("accounts/login/", SignIn, "account_login"),
    page("accounts/sign-up/", SignUp, "sign-up"),
    page("accounts/sign-up/<str:signed>/", FinishSignUp, "sign-up-finish"),
    path("accounts/again/", reauthenticate, name="account_reauthenticate"),
    page("accounts/password/lost/", LostPassword, "password-reset"),
    page("accounts/password/<str:uidb64>/<str:token>/", ChoosePassword, "password-choose"),
    path("accounts/code/", authenticate, name="mfa_authenticate"),
    path("accounts/again/code/", show_again, name="mfa_reauthenticate"),
    path("accounts/again/passkey/", reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    page("account/app/", SetUpApp, "mfa_activate_totp"),
    page("account/app/remove/", RemoveApp, "mfa_deactivate_totp"),
    page("account/passkeys/add/", AddPasskey, "mfa_add_webauthn"),
    page("account/passkeys/<int:pk>/remove/", RemovePasskey, "mfa_remove_webauthn"),
    page("account/codes/", RecoveryCodes, "mfa_view_recovery_codes"),
    page("account/codes/new/", NewRecoveryCodes, "mfa_generate_recovery_codes"),
    page("account/", AccountPage, "account"),
    page("account/", AccountPage, "mfa_index"),  # as allauth calls it
    path("account/shortcuts/", choose_shortcuts, name="account-shortcuts"),
    page("account/password/", ChangePassword, "account-password"),
    page("account/address/", ChangeAddress, "account-address"),
    page("account/address/<str:signed>/", ConfirmAddress, "account-address-confirm"),
    page("account/sessions/end/", EndSessions, "account-sessions-end"),
    path("attachments/<str:number>/", download, name="attachment"),
    path("views/add/", add_view, name="view-add"),
    path("views/<int:pk>/", change_view, name="view-change"),
    path("theme/", choose_theme, name="theme"),
    path("language/", choose_language, name="language"),
]
