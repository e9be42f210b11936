from koogallery.portal.routes import page
from sellers.portal.pages import act_page
from sellers.portal.views.applications import (
    AddSellerApplication,
    EditSellerApplication,
    ReviseSellerApplication,
    SellerApplicationDetail,
    SellerApplicationList,
)
from sellers.portal.views.bank_accounts import (
    AddBankAccount,
    BankAccountDetail,
)
from sellers.portal.views.certifications import (
    CertificationDetail,
    Company,
    EditCertification,
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
from sellers.portal.views.product_applications import (
    AddProductApplication,
    ChangeProduct,
    EditProductApplication,
    ProductApplicationDetail,
    ProductApplicationList,
    ReviseProductApplication,
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
    MailChoices,
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
from sellers.services.companies import applications, bank_accounts, certifications
from sellers.services.products import catalogue, release_applications

urlpatterns = [
    page("products/", ProductList, "product-list"),
    page("products/applications/", ProductApplicationList, "product-application-list"),
    page("products/applications/add/", AddProductApplication, "product-application-add"),
    page(
        "products/applications/<str:number>/",
        ProductApplicationDetail,
        "product-application-detail",
    ),
    page(
        "products/applications/<str:number>/edit/",
        EditProductApplication,
        "product-application-edit",
    ),
    act_page("products/applications/", release_applications.withdraw_product_application),
    act_page("products/applications/", release_applications.discard_product_application),
    page(
        "products/applications/<str:number>/revise/",
        ReviseProductApplication,
        "product-application-revise",
    ),
    page("products/<str:number>/change/", ChangeProduct, "product-change"),
    act_page("products/", catalogue.delist_product),
    act_page("products/", catalogue.relist_product),
    page("products/<str:number>/", ProductDetail, "product-detail"),
    page("products/<str:number>/interface/", InterfaceDetail, "interface-detail"),
    page("products/<str:number>/interface/address/", ProposeInterface, "interface-propose"),
    page("products/<str:number>/interface/test/", TestInterface, "interface-test"),
    page("products/<str:number>/interface/switch/", SwitchInterface, "interface-switch"),
    page("products/<str:number>/interface/key/", ShowAccessKey, "access-key"),
    page("products/<str:number>/interface/key/replace/", RotateAccessKey, "access-key-rotate"),
    page("deliveries/", MessageList, "message-list"),
    page("deliveries/<str:number>/", MessageDetail, "message-detail"),
    page("deliveries/<str:number>/resend/", ResendMessage, "message-resend"),
    page("supervision/", SupervisionList, "supervision-list"),
    page("supervision/<str:number>/provide/", ProvideService, "supervision-provide"),
    page("exports/", ExportList, "export-list"),
    page("exports/add/", AddExport, "export-add"),
    page("exports/<str:number>/progress/", ExportProgress, "export-progress"),
    page("exports/<str:number>/cancel/", CancelExport, "export-cancel"),
    page("exports/<str:number>/file/", ExportFile, "export-file"),
    page("settings/company/", Company, "company"),
    page("settings/company/certification/", EditCertification, "certification-edit"),
    page("certifications/<str:number>/", CertificationDetail, "certification-detail"),
    act_page("certifications/", certifications.withdraw_certification, menu="company"),
    act_page("certifications/", certifications.discard_certification, menu="company"),
    page("settings/company/bank-account/", AddBankAccount, "bank-account-add"),
    page("bank-accounts/<str:number>/", BankAccountDetail, "bank-account-detail"),
    act_page("bank-accounts/", bank_accounts.withdraw_bank_account, menu="company"),
    act_page("bank-accounts/", bank_accounts.stop_bank_account, menu="company"),
    page("apply/", SellerApplicationList, "seller-application-list"),
    page("apply/add/", AddSellerApplication, "seller-application-add"),
    page("apply/<str:number>/", SellerApplicationDetail, "seller-application-detail"),
    page("apply/<str:number>/edit/", EditSellerApplication, "seller-application-edit"),
    act_page("apply/", applications.withdraw_application, needs_seller=False),
    act_page("apply/", applications.discard_application, needs_seller=False),
    page("apply/<str:number>/revise/", ReviseSellerApplication, "seller-application-revise"),
    page("settings/members/", MemberList, "member-list"),
    page("settings/members/add/", InviteMember, "member-add"),
    page("settings/members/leave/", LeaveSeller, "member-leave"),
    page("settings/members/invitations/withdraw/", WithdrawInvitation, "invitation-withdraw"),
    page("settings/members/role/", ChangeRole, "member-role"),
    page("settings/members/remove/", RemoveMember, "member-remove"),
    page("settings/members/second-factor/", RequireSecondFactor, "member-second-factor"),
    page("settings/tokens/", TokenList, "token-list"),
    page("settings/tokens/rotate/", RotateToken, "token-rotate"),
    page("settings/tokens/revoke/", RevokeToken, "token-revoke"),
    page("settings/mail/", MailChoices, "mail-choices"),
    page("settings/webhooks/", WebhookList, "webhook-list"),
    page("settings/webhooks/events/", EventCatalogue, "webhook-events"),
    page("settings/webhooks/add/", AddWebhook, "webhook-add"),
    page("settings/webhooks/deliveries/<str:number>/resend/", ResendDelivery, "webhook-resend"),
    page("settings/webhooks/<str:number>/", WebhookDetail, "webhook-detail"),
    page("settings/webhooks/<str:number>/change/", ChangeWebhook, "webhook-change"),
    page("settings/webhooks/<str:number>/test/", TestWebhook, "webhook-test"),
    page("settings/webhooks/<str:number>/simulate/", SimulateWebhook, "webhook-simulate"),
    page("settings/webhooks/<str:number>/replay/", ReplayEvents, "webhook-replay"),
    page("settings/webhooks/<str:number>/secret/", RotateSecret, "webhook-rotate"),
    page("settings/webhooks/<str:number>/enable/", EnableWebhook, "webhook-enable"),
    page("settings/webhooks/<str:number>/disable/", DisableWebhook, "webhook-disable"),
    page("settings/webhooks/<str:number>/remove/", RemoveWebhook, "webhook-remove"),
]
