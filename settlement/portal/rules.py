"""The settlement rules as sellers read them: what each says, in words, and a worked number.

The law is docs/rules.md's table and the tests that it names; this tells no more than that.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from koogallery.languages import Text


@dataclass(frozen=True, slots=True)
class Rule:
    number: str
    title: Text
    text: Text
    example: Text = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    title: Text
    rules: tuple[Rule, ...]


CHAPTERS = (
    Chapter(
        _("Which bill an order is on"),
        (
            Rule(
                "R1.1",
                _("The cycle"),
                _("A cycle is one calendar month in the settlement time zone."),
            ),
            Rule(
                "R1.2",
                _("When something takes effect"),
                _(
                    "A purchase takes effect when the service is enabled, a renewal when its new "
                    "term begins, pay-per-use when it is consumed; never when it was ordered, paid "
                    "or reported."
                ),
                _("A renewal ordered on 31 January with a term from 1 February is of February."),
            ),
            Rule(
                "R1.3",
                _("What is billed"),
                _(
                    "Billed is what is in effect, paid, accepted by the customer where it is "
                    "supervised, and of a certified seller. Trials, and orders cancelled before "
                    "they were paid, are never billed. A customer on credit first repays all "
                    "credit of the month."
                ),
            ),
            Rule(
                "R1.4",
                _("The month it counts for"),
                _(
                    "The latest of effect, payment and completed supervision decides the month. "
                    "Certification does not move it; it only delays the bill."
                ),
                _("Paid on 3 October, accepted on 15 November: November."),
            ),
            Rule(
                "R1.5",
                _("Nothing is lost, nothing is billed twice"),
                _(
                    "A bill has everything of its month, and everything earlier that was never "
                    "billed. Each order and each usage record is on one bill."
                ),
            ),
            Rule(
                "R1.6",
                _("The run day"),
                _(
                    "A month is closed on the 7th of the next month, or on the next working day. "
                    "Your months are closed in order, without gaps."
                ),
            ),
            Rule(
                "R1.7",
                _("Closing again changes nothing"),
                _("However often a month is closed, its bills are the same."),
            ),
            Rule(
                "R1.8",
                _("What is reported must be possible"),
                _(
                    "Nothing is paid, accepted, refunded or consumed in the future, and nothing "
                    "before it was ordered."
                ),
            ),
        ),
    ),
    Chapter(
        _("Amounts"),
        (
            Rule(
                "R2.1",
                _("What a line settles"),
                _(
                    "The sales amount without VAT, less the tax your customer withheld, less the "
                    "platform fee on the rest."
                ),
                _("850 of sales, 50 withheld, a fee of 15%: (850 − 50) × 0.85 = 680."),
            ),
            Rule(
                "R2.2",
                _("What a bill settles"),
                _(
                    "The sum of its lines, less your withholding tax on that sum and your digital "
                    "service tax on the sales amount, plus adjustments."
                ),
            ),
            Rule(
                "R2.3",
                _("A worked bill"),
                _("Sales, what was withheld, fee and taxes lead to the settlement amount."),
                _(
                    "850 of sales, 50 withheld, 15% fee, taxes of 100 and 20: "
                    "(850 − 50) × 0.85 − 120 = 560."
                ),
            ),
            Rule(
                "R2.4",
                _("Rounded once"),
                _("Lines are kept to 12 decimals. Only the totals of a bill are rounded, half up."),
                _("Three lines of 28.3475 make 85.04, not 85.05."),
            ),
            Rule(
                "R2.5",
                _("A bill adds up to the cent"),
                _(
                    "Sales amount − customers’ withholding tax − platform fee − your taxes + "
                    "adjustments = settlement amount; less what is recovered = what is paid."
                ),
            ),
            Rule(
                "R2.6",
                _("The fee ratio of an order"),
                _(
                    "An order has the fee ratio its product had when it was placed. A later change "
                    "never alters it."
                ),
            ),
            Rule(
                "R2.7",
                _("In one go"),
                _("Orders are settled whole, not month by month of their term."),
                _("1,200 for 12 months at 20%: one line of 960."),
            ),
            Rule(
                "R2.8",
                _("One currency"),
                _("Bills are in your settlement currency; nothing is converted."),
            ),
        ),
    ),
    Chapter(
        _("Bills"),
        (
            Rule(
                "R3.1",
                _("One bill a month"),
                _("There is one bill for each month in which there is something to settle."),
            ),
            Rule(
                "R3.2",
                _("An issued bill is never rewritten"),
                _(
                    "A difference found later is an adjustment on your next bill, with its reason "
                    "and a link to the bill it is about. Names and addresses stay those of the day "
                    "of issue."
                ),
            ),
            Rule(
                "R3.3",
                _("From issue to payment"),
                _(
                    "Huawei approves the bill, you invoice it, the invoice is verified, the amount "
                    "is paid. A bill of 0 is closed without payment."
                ),
            ),
            Rule(
                "R3.4",
                _("Disputes"),
                _(
                    "You may dispute a bill or one of its lines, with a reason. Huawei answers; a "
                    "difference that is found comes as an adjustment."
                ),
            ),
            Rule(
                "R3.5",
                _("A negative amount"),
                _(
                    "A bill below 0 pays nothing; its amount is carried to the next bill, once. "
                    "What that bill leaves uncovered comes from the deposit, and what the deposit "
                    "lacks you pay."
                ),
                _(
                    "A bill of −150, the next month earns 50: 100 come from the deposit or are "
                    "asked from you, and nothing is carried on."
                ),
            ),
        ),
    ),
    Chapter(
        _("Refunds"),
        (
            Rule(
                "R4.1",
                _("Never more than was paid"),
                _("All refunds of an order together stay within what its customer paid."),
            ),
            Rule(
                "R4.2",
                _("What can be unsubscribed"),
                _(
                    "Until supervision completes: licences, professional services, hardware and "
                    "supervised SaaS, with your review; images by their own formula without it. "
                    "Everything else under a special agreement alone."
                ),
            ),
            Rule(
                "R4.3",
                _("Your review"),
                _(
                    "You agree or reject with a reason; then Huawei decides. Both see what the "
                    "refund costs before they decide."
                ),
            ),
            Rule(
                "R4.4",
                _("Two pairs of eyes"),
                _("Nobody approves what they asked for; large amounts take two to approve."),
            ),
            Rule(
                "R4.5",
                _("Both sides are told"),
                _("You and the customer are notified of an approved refund, once each."),
            ),
            Rule(
                "R4.6",
                _("A refund before the bill"),
                _(
                    "An order that is not yet billed is reduced to what its customer leaves paid, "
                    "or not billed at all; nothing is recovered. While an approved refund is not "
                    "paid out, it holds the order back."
                ),
                _("3,000 of sales, half of what was paid is refunded: the line has 1,500."),
            ),
            Rule(
                "R4.7",
                _("The instance is released"),
                _("Once an order is refunded in full, its instance is released."),
            ),
            Rule(
                "R4.8",
                _("Pay-per-use is not refunded"),
                _("It settles by its usage; a difference there is an adjustment."),
            ),
        ),
    ),
    Chapter(
        _("Recovery of refunds"),
        (
            Rule(
                "R5.1",
                _("When something is recovered"),
                _("A refund of an order that was on a bill already is recovered from you."),
            ),
            Rule(
                "R5.2",
                _("In which order"),
                _(
                    "From the bill of the month of the refund, then from the next month’s, then "
                    "from the deposit; what is left you pay."
                ),
            ),
            Rule(
                "R5.3",
                _("The window"),
                _(
                    "Both months are taken as they are closed, the oldest refund first. After the "
                    "second, what is left comes from the deposit at once, and the rest is asked "
                    "from you."
                ),
            ),
            Rule(
                "R5.4",
                _("Never below 0"),
                _(
                    "No bill and no deposit falls below 0 by it, and the deposit stays untouched "
                    "while a bill may still give."
                ),
            ),
            Rule(
                "R5.5",
                _("Worked numbers"),
                _("A refund of 1,000 and what becomes of it."),
                _(
                    "Bills of 250 and 400, a deposit of 200: 250 + 400 + 200 are taken, 150 are "
                    "asked from you."
                ),
            ),
            Rule(
                "R5.6",
                _("The whole path is shown"),
                _(
                    "Each amount taken is on the bill with its refund and order. You are told "
                    "before it is taken."
                ),
            ),
            Rule(
                "R5.7",
                _("What you are asked for"),
                _(
                    "It may be paid in parts. Huawei may move what is open onto your next bill "
                    "instead."
                ),
            ),
        ),
    ),
    Chapter(
        _("Deposit and exit"),
        (
            Rule(
                "R6.1",
                _("What moves the deposit"),
                _(
                    "Top-ups, recoveries of refunds, penalties, adjustments and returns, each with "
                    "its reason. It is never below 0."
                ),
            ),
            Rule(
                "R6.2",
                _("Its required level"),
                _(
                    "Below it you are asked to top up: what is required, plus what you owe, less "
                    "what is there. It never blocks a refund."
                ),
                _("200 required, 90 owed, nothing there: please top up 290."),
            ),
            Rule(
                "R6.3",
                _("Leaving KooGallery"),
                _(
                    "You can leave once nothing is open: products, orders, refunds, invoices, "
                    "amounts owed. Then the deposit is returned, and the company cannot register "
                    "again."
                ),
            ),
        ),
    ),
    Chapter(
        _("The books"),
        (
            Rule(
                "R7.1",
                _("Every movement is booked twice"),
                _("What one account gives another takes; nothing booked is changed or deleted."),
            ),
            Rule(
                "R7.2",
                _("As of any day"),
                _("Your statement agrees with bills, deposit and payments to the cent."),
            ),
            Rule(
                "R7.3",
                _("Seals"),
                _(
                    "Each bill bears the digest of all it says, chained to the one before it. "
                    "Anybody can check that nothing was altered since."
                ),
            ),
        ),
    ),
    Chapter(
        _("Invoices and payouts"),
        (
            Rule(
                "R8.1",
                _("Your invoice"),
                _(
                    "Within a month of approval, over exactly what the bill pays, VAT on top. A "
                    "bill may have several invoices."
                ),
            ),
            Rule(
                "R8.2",
                _("Payouts"),
                _(
                    "Invoiced bills are paid together to your certified bank account. A payout "
                    "that fails comes back with the bank’s reason, and is paid again."
                ),
            ),
            Rule(
                "R8.3",
                _("E-invoices and self-billing"),
                _(
                    "Hand in an e-invoice, or let Huawei issue your invoices: you consent once, "
                    "and end it when you like."
                ),
            ),
        ),
    ),
    Chapter(
        _("Sellers, products and delivery"),
        (
            Rule(
                "R9.1",
                _("Certification and bank account"),
                _(
                    "Until your business information is certified nothing is billed. The holder of "
                    "the bank account is your company; a changed account is used after a waiting "
                    "time."
                ),
            ),
            Rule(
                "R9.2",
                _("How products are sold"),
                _(
                    "Each delivery method has its billing modes. A product is delisted, not "
                    "deleted."
                ),
            ),
            Rule(
                "R9.3",
                _("Service supervision"),
                _(
                    "You provide the service, the customer accepts it; then it can be billed. "
                    "Renewals have none."
                ),
            ),
            Rule(
                "R9.4",
                _("Your server is told"),
                _(
                    "A paid SaaS order is told to your server; its answer enables the order. What "
                    "fails is tried again, then waits for you."
                ),
            ),
            Rule(
                "R9.5",
                _("Usage"),
                _("Each record has a serial of its own; one sent twice is charged once."),
            ),
            Rule(
                "R10",
                _("Notices"),
                _("What happens is told in the console, by e-mail and by webhook, once each."),
            ),
        ),
    ),
)

RULES = {rule.number: rule for chapter in CHAPTERS for rule in chapter.rules}
