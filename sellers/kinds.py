"""The kinds of notices about what is sold, delivered and applied for, and their facts (R10)."""

from django.utils.translation import gettext_lazy as _

from koogallery.kinds import INSTANT, NUMBER, TEXT, Fact, Form, Kind, one_of, register
from sellers.choices import Role
from sellers.rules.deliveries import told

CLOSED = one_of({"rejected": _("rejected"), "withdrawn": _("withdrawn"), "stopped": _("stopped")})

MEMBERSHIP = one_of(
    {
        "joined": _("has joined"),
        "changed": _("has another role"),
        "left": _("has left"),
        "removed": _("was removed"),
    }
)

#: Of a person, or of a seller's server, whose documented answers have words in every language.
REASON = Fact(_("Reason"), Form("text", lambda value, _: told(value)))

FACTS = {
    "member": Fact(_("Member"), TEXT),
    "email": Fact(_("E-mail"), TEXT),
    "role": Fact(_("Role"), one_of(dict(Role.choices))),
    "membership": Fact(_("Change"), MEMBERSHIP),
    "changed_by": Fact(_("By"), TEXT),
    "message": Fact(_("Message"), NUMBER, "message-detail", "delivery-messages"),
    "order": Fact(_("Order"), NUMBER, "order-detail", "orders"),
    "reason": REASON,
    "application": Fact(
        _("Application"), NUMBER, "seller-application-detail", "seller-applications"
    ),
    "company": Fact(_("Company"), TEXT),
    "certification": Fact(_("Certification"), NUMBER, "certification-detail", "certifications"),
    "bank_account": Fact(_("Bank account change"), NUMBER, "bank-account-detail", "bank-accounts"),
    "account": Fact(_("Account"), TEXT),
    "bank": Fact(_("Bank"), TEXT),
    "requested_by": Fact(_("Asked for by"), TEXT),
    "usable_from": Fact(_("Used from"), INSTANT),
    "decision": Fact(_("Decision"), CLOSED),
    "product_application": Fact(
        _("Application"), NUMBER, "product-application-detail", "product-applications"
    ),
    "product": Fact(_("Product"), NUMBER, "product-detail", "products"),
    "name": Fact(_("Name"), TEXT),
    "owner": Fact(_("Owner"), TEXT),
}

_ACCOUNT = ("bank_account", "account", "bank")

KINDS = (
    Kind(
        "member_invited",
        _("Account"),
        _("Member invited"),
        _("%(email)s is invited to your company"),
        _(
            "Whoever reads the mail of this address can join in this role. If none of your owners "
            "did this, withdraw the invitation and tell KooGallery's operations."
        ),
        ("email", "role", "changed_by"),
        page="member-list",
    ),
    Kind(
        "member_changed",
        _("Account"),
        _("Member changed"),
        _("%(member)s %(membership)s"),
        _("Who acts for your company has changed. Owners change it on the page of its members."),
        ("member", "membership", "role", "changed_by"),
        page="member-list",
    ),
    Kind(
        "delivery_failed",
        _("Delivery"),
        _("Delivery message failed"),
        _("Delivery message %(message)s failed"),
        _(
            "Your server could not be told what it had to do, and the message has been given up. "
            "Please mend the cause and send the message again."
        ),
        ("message", "order", "reason"),
    ),
    Kind(
        "owner_made",
        _("Account"),
        _("Owner added"),
        _("%(owner)s is an owner of your company now"),
        _(
            "KooGallery's operations made them one; two operators decided it. If none of you "
            "asked for it, an owner can give them another role; then report it to KooGallery's "
            "operations."
        ),
        ("owner", "changed_by"),
        page="member-list",
    ),
    Kind(
        "application_approved",
        _("Certification"),
        _("Application to sell approved"),
        _("%(company)s is a seller on KooGallery now"),
        _(
            "Your application has been approved. Next, have your business information certified: "
            "until then nothing is released and nothing is billed."
        ),
        ("application", "company"),
        page="company",
    ),
    Kind(
        "application_rejected",
        _("Certification"),
        _("Application to sell rejected"),
        _("Application %(application)s of %(company)s was rejected"),
        _("The reason is below. You can revise the application and send it in again."),
        ("application", "company", "reason"),
    ),
    Kind(
        "certification_certified",
        _("Certification"),
        _("Certification approved"),
        _("Your business information is certified"),
        _("You can release products, and what is sold of them is billed."),
        ("certification", "company"),
    ),
    Kind(
        "certification_rejected",
        _("Certification"),
        _("Certification rejected"),
        _("Certification %(certification)s was rejected"),
        _(
            "The reason is below. Please mend it and send your business information in again. "
            "Three rejections in a row lock it."
        ),
        ("certification", "company", "reason"),
    ),
    Kind(
        "certification_locked",
        _("Certification"),
        _("Certification locked"),
        _("Your certification is locked after three rejections"),
        _("Ask KooGallery's operations to unlock it; then you can send it in again."),
        ("certification", "company"),
    ),
    Kind(
        "certification_unlocked",
        _("Certification"),
        _("Certification unlocked"),
        _("Your certification is unlocked"),
        _("You can send your business information in again."),
        ("company", "reason"),
        page="company",
    ),
    Kind(
        "bank_account_requested",
        _("Bank account"),
        _("Bank account change requested"),
        _("Another bank account was asked for: %(account)s"),
        _(
            "From its approval on it cools down before money goes there. If this was none of "
            "yours, withdraw or stop the change at once."
        ),
        (*_ACCOUNT, "requested_by"),
    ),
    Kind(
        "bank_account_approved",
        _("Bank account"),
        _("Bank account change approved"),
        _("The change to bank account %(account)s is approved"),
        _("Until it is used, money goes where it went before, and an owner can stop the change."),
        (*_ACCOUNT, "usable_from"),
    ),
    Kind(
        "bank_account_active",
        _("Bank account"),
        _("Bank account in use"),
        _("Money goes to bank account %(account)s from now on"),
        _("The cool-down of the change has ended."),
        (*_ACCOUNT, "usable_from"),
    ),
    Kind(
        "bank_account_closed",
        _("Bank account"),
        _("Bank account change ended"),
        _("The change to bank account %(account)s was %(decision)s"),
        _("Money goes on going where it went before."),
        (*_ACCOUNT, "decision", "reason"),
        frozenset({"reason"}),
    ),
    Kind(
        "product_application_approved",
        _("Products"),
        _("Product application approved"),
        _("Application %(product_application)s is approved: %(name)s"),
        _("The product is as you applied for; another fee ratio is for orders from now on."),
        ("product_application", "product", "name"),
    ),
    Kind(
        "product_application_rejected",
        _("Products"),
        _("Product application rejected"),
        _("Application %(product_application)s was rejected: %(name)s"),
        _("The reason is below. You can revise the application and send it in again."),
        ("product_application", "name", "reason"),
    ),
)

register(KINDS, FACTS)
