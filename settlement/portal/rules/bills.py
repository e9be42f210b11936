"""What is on which bill, and its amounts (R1 to R3)."""

from django.utils.translation import gettext_lazy as _

from settlement.portal.rules.chapters import Chapter, Rule

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
)
