from django.urls import path

from sellers.portal.views.applications import (
    AddSellerApplication,
    DiscardSellerApplication,
    EditSellerApplication,
    ReviseSellerApplication,
    SellerApplicationDetail,
    SellerApplicationList,
    WithdrawSellerApplication,
)
from sellers.portal.views.bank_accounts import (
    AddBankAccount,
    BankAccountDetail,
    StopBankAccount,
    WithdrawBankAccount,
)
from sellers.portal.views.certifications import (
    CertificationDetail,
    Company,
    DiscardCertification,
    EditCertification,
    WithdrawCertification,
)
from sellers.portal.views.exports import (
    AddExport,
    CancelExport,
    ExportFile,
    ExportList,
    ExportProgress,
)
from sellers.portal.views.interfaces import (
    InterfaceDetail,
    ProposeInterface,
    RotateAccessKey,
    ShowAccessKey,
    SwitchInterface,
    TestInterface,
)
from sellers.portal.views.invitations import InviteMember, WithdrawInvitation
from sellers.portal.views.mail import MailChoices
from sellers.portal.views.product_applications import (
    AddProductApplication,
    ChangeProduct,
    DelistProduct,
    DiscardProductApplication,
    EditProductApplication,
    ProductApplicationDetail,
    ProductApplicationList,
    RelistProduct,
    ReviseProductApplication,
    WithdrawProductApplication,
)
from sellers.portal.views.products import (
    MessageDetail,
    MessageList,
    ProductDetail,
    ProductList,
    ProvideService,
    ResendMessage,
    SupervisionList,
)
from sellers.portal.views.settings import (
    ChangeRole,
    LeaveSeller,
    MemberList,
    RemoveMember,
    RequireSecondFactor,
)
from sellers.portal.views.tokens import RevokeToken, RotateToken, TokenList
from sellers.portal.views.webhook_acts import (
    ChangeWebhook,
    DisableWebhook,
    EnableWebhook,
    RemoveWebhook,
    ReplayEvents,
    ResendDelivery,
    RotateSecret,
    SimulateWebhook,
    TestWebhook,
)
from sellers.portal.views.webhooks import AddWebhook, EventCatalogue, WebhookDetail, WebhookList

urlpatterns = [
    path("products/", ProductList.as_view(), name="product-list"),
    path(
        "products/applications/",
        ProductApplicationList.as_view(),
        name="product-application-list",
    ),
    path(
        "products/applications/add/",
        AddProductApplication.as_view(),
        name="product-application-add",
    ),
    *(
        path(f"products/applications/<str:number>/{end}", page.as_view(), name=name)
        for end, page, name in (
            ("", ProductApplicationDetail, "product-application-detail"),
            ("edit/", EditProductApplication, "product-application-edit"),
            ("withdraw/", WithdrawProductApplication, "product-application-withdraw"),
            ("discard/", DiscardProductApplication, "product-application-discard"),
            ("revise/", ReviseProductApplication, "product-application-revise"),
        )
    ),
    path("products/<str:number>/change/", ChangeProduct.as_view(), name="product-change"),
    path("products/<str:number>/delist/", DelistProduct.as_view(), name="product-delist"),
    path("products/<str:number>/relist/", RelistProduct.as_view(), name="product-relist"),
    path("products/<str:number>/", ProductDetail.as_view(), name="product-detail"),
    path("products/<str:number>/interface/", InterfaceDetail.as_view(), name="interface-detail"),
    path(
        "products/<str:number>/interface/address/",
        ProposeInterface.as_view(),
        name="interface-propose",
    ),
    path("products/<str:number>/interface/test/", TestInterface.as_view(), name="interface-test"),
    path(
        "products/<str:number>/interface/switch/",
        SwitchInterface.as_view(),
        name="interface-switch",
    ),
    path("products/<str:number>/interface/key/", ShowAccessKey.as_view(), name="access-key"),
    path(
        "products/<str:number>/interface/key/replace/",
        RotateAccessKey.as_view(),
        name="access-key-rotate",
    ),
    path("deliveries/", MessageList.as_view(), name="message-list"),
    path("deliveries/<str:number>/", MessageDetail.as_view(), name="message-detail"),
    path("deliveries/<str:number>/resend/", ResendMessage.as_view(), name="message-resend"),
    path("supervision/", SupervisionList.as_view(), name="supervision-list"),
    path("supervision/<str:number>/provide/", ProvideService.as_view(), name="supervision-provide"),
    path("exports/", ExportList.as_view(), name="export-list"),
    path("exports/add/", AddExport.as_view(), name="export-add"),
    path("exports/<str:number>/progress/", ExportProgress.as_view(), name="export-progress"),
    path("exports/<str:number>/cancel/", CancelExport.as_view(), name="export-cancel"),
    path("exports/<str:number>/file/", ExportFile.as_view(), name="export-file"),
    path("settings/company/", Company.as_view(), name="company"),
    path(
        "settings/company/certification/",
        EditCertification.as_view(),
        name="certification-edit",
    ),
    *(
        path(f"certifications/<str:number>/{end}", page.as_view(), name=name)
        for end, page, name in (
            ("", CertificationDetail, "certification-detail"),
            ("withdraw/", WithdrawCertification, "certification-withdraw"),
            ("discard/", DiscardCertification, "certification-discard"),
        )
    ),
    path(
        "settings/company/bank-account/",
        AddBankAccount.as_view(),
        name="bank-account-add",
    ),
    *(
        path(f"bank-accounts/<str:number>/{end}", page.as_view(), name=name)
        for end, page, name in (
            ("", BankAccountDetail, "bank-account-detail"),
            ("withdraw/", WithdrawBankAccount, "bank-account-withdraw"),
            ("stop/", StopBankAccount, "bank-account-stop"),
        )
    ),
    path("apply/", SellerApplicationList.as_view(), name="seller-application-list"),
    path("apply/add/", AddSellerApplication.as_view(), name="seller-application-add"),
    *(
        path(f"apply/<str:number>/{end}", page.as_view(), name=name)
        for end, page, name in (
            ("", SellerApplicationDetail, "seller-application-detail"),
            ("edit/", EditSellerApplication, "seller-application-edit"),
            ("withdraw/", WithdrawSellerApplication, "seller-application-withdraw"),
            ("discard/", DiscardSellerApplication, "seller-application-discard"),
            ("revise/", ReviseSellerApplication, "seller-application-revise"),
        )
    ),
    path("settings/members/", MemberList.as_view(), name="member-list"),
    path("settings/members/add/", InviteMember.as_view(), name="member-add"),
    path("settings/members/leave/", LeaveSeller.as_view(), name="member-leave"),
    path(
        "settings/members/invitations/withdraw/",
        WithdrawInvitation.as_view(),
        name="invitation-withdraw",
    ),
    path("settings/members/role/", ChangeRole.as_view(), name="member-role"),
    path("settings/members/remove/", RemoveMember.as_view(), name="member-remove"),
    path(
        "settings/members/second-factor/",
        RequireSecondFactor.as_view(),
        name="member-second-factor",
    ),
    path("settings/tokens/", TokenList.as_view(), name="token-list"),
    path("settings/tokens/rotate/", RotateToken.as_view(), name="token-rotate"),
    path("settings/tokens/revoke/", RevokeToken.as_view(), name="token-revoke"),
    path("settings/mail/", MailChoices.as_view(), name="mail-choices"),
    path("settings/webhooks/", WebhookList.as_view(), name="webhook-list"),
    path("settings/webhooks/events/", EventCatalogue.as_view(), name="webhook-events"),
    path("settings/webhooks/add/", AddWebhook.as_view(), name="webhook-add"),
    path(
        "settings/webhooks/deliveries/<str:number>/resend/",
        ResendDelivery.as_view(),
        name="webhook-resend",
    ),
    path("settings/webhooks/<str:number>/", WebhookDetail.as_view(), name="webhook-detail"),
    path("settings/webhooks/<str:number>/change/", ChangeWebhook.as_view(), name="webhook-change"),
    path("settings/webhooks/<str:number>/test/", TestWebhook.as_view(), name="webhook-test"),
    path(
        "settings/webhooks/<str:number>/simulate/",
        SimulateWebhook.as_view(),
        name="webhook-simulate",
    ),
    path("settings/webhooks/<str:number>/replay/", ReplayEvents.as_view(), name="webhook-replay"),
    path("settings/webhooks/<str:number>/secret/", RotateSecret.as_view(), name="webhook-rotate"),
    path("settings/webhooks/<str:number>/enable/", EnableWebhook.as_view(), name="webhook-enable"),
    path(
        "settings/webhooks/<str:number>/disable/", DisableWebhook.as_view(), name="webhook-disable"
    ),
    path("settings/webhooks/<str:number>/remove/", RemoveWebhook.as_view(), name="webhook-remove"),
]
