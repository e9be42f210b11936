"""What is done in a round: calls by the portal's own doors, drawn from a seed."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any, NamedTuple

from koogallery.kit.cycles import Cycle
from tests.settlement.banking.statements import Row, statement
from tests.simulator.world import BILLED, OPEN, PAST, SELLERS

#: What names were given so far: label -> number, or another value of an answer.
Names = Mapping[str, str]


class Look(NamedTuple):
    """What somebody looks up first: the field of the first row there is, by a name from then on."""

    name: str
    path: str
    field: str = "number"


class BankFile(NamedTuple):
    """A statement of the bank's; amounts and numbers may be names."""

    name: str
    rows: tuple[Row, ...]

    def filled(self, names: Names) -> bytes:
        rows = (
            replace(
                row,
                amount=row.amount.format_map(names),
                end_to_end_id=row.end_to_end_id.format_map(names),
            )
            for row in self.rows
        )
        return statement(*rows, name=self.name)


@dataclass(frozen=True)
class Step:
    """One call. Its path and body may say names; what it makes is called `makes` from then on."""

    who: str
    method: str
    path: str
    body: Any = None
    makes: str = ""
    looks: tuple[Look, ...] = ()
    #: Nobody goes on before the work that it asks for is done.
    is_awaited: bool = False

    def __str__(self) -> str:
        said = "" if self.body is None else f" {self.body}"
        return f"{self.who}: {self.method} {self.path}{said}" + (
            f" -> {self.makes}" * bool(self.makes)
        )


def script_of(seed: int, length: int) -> list[Step]:
    return _Author(seed).write(length)


class _Author:
    """Knows what was written so far well enough to go on with it; some of it will be refused."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.steps: list[Step] = []
        self.cycle = Cycle(OPEN)
        self.bills = [f"B{PAST}-{seller}" for seller in SELLERS]
        self.orders = [f"{seller}-past-{place}" for seller in SELLERS for place in range(BILLED)]
        self.unpaid: list[str] = []
        self.begun: list[Iterator[Step]] = []

    def write(self, length: int) -> list[Step]:
        acts: list[tuple[Callable[[], Iterator[Step]], int]] = [
            (self.order, 4),
            (self.pay, 1),
            (self.use, 3),
            (self.refund, 5),
            (self.move_deposit, 2),
            (self.dispute, 2),
            (self.adjust, 2),
            (self.close, 6),
            (self.settle_bill, 4),
            (self.pay_out, 3),
            (self.bank, 2),
            (self.collect, 2),
            (self.leave, 1),
            (self.hold, 1),
            (self.look_ahead, 1),
        ]
        kinds, weights = zip(*acts, strict=True)
        while len(self.steps) < length:
            if self.begun and self.random.random() < 0.6:
                story = self.random.choice(self.begun)
            else:
                [kind] = self.random.choices(kinds, weights)
                self.begun.append(story := kind())
            if step := next(story, None):
                self.steps.append(step)
            else:
                self.begun.remove(story)
        return self.steps

    @property
    def seller(self) -> str:
        return self.random.choice(SELLERS)

    @property
    def label(self) -> str:
        return f"n{len(self.steps)}"

    def amount(self, most: int) -> str:
        return f"{self.random.randint(1, most * 100) / 100:.2f}"

    def order(self) -> Iterator[Step]:
        seller, amount = self.seller, self.amount(400)
        number, is_paid = f"{seller}-{self.label}", self.random.random() < 0.8
        month = self.random.choice(["02", "02", "03"])
        body = {
            "number": number,
            "product": "{product-" + seller + "}",
            "order_type": "purchase",
            "billing_mode": "one_time",
            "customer_name": "Fabrikam",
            "customer_account": "fabrikam",
            "currency": "USD",
            "paid_amount": amount,
            "sales_amount": amount,
            "customer_wht": "0",
            "placed_at": "2024-01-05T02:00:00Z",
            "effective_at": f"2024-{month}-10T02:00:00Z",
            "supervision_status": "not_applicable",
        }
        if is_paid:
            body["paid_at"] = f"2024-{month}-10T02:00:00Z"
        (self.orders if is_paid else self.unpaid).append(number)
        yield Step("olga", "POST", "/orders/", body)

    def pay(self) -> Iterator[Step]:
        if self.unpaid:
            number = self.unpaid.pop()
            self.orders.append(number)
            yield Step("olga", "PATCH", f"/orders/{number}/", {"paid_at": "2024-02-12T02:00:00Z"})

    def use(self) -> Iterator[Step]:
        seller, label = self.seller, self.label
        records = [
            {
                "metering_sn": f"{seller}-{label}-{place}",
                "order": f"{seller}-metered",
                "started_at": f"2024-02-{place + 10}T00:00:00Z",
                "ended_at": f"2024-02-{place + 10}T01:00:00Z",
                "quantity": "1",
                "sales_amount": f"{self.random.random():.6f}",
            }
            for place in range(self.random.randint(1, 4))
        ]
        yield Step("olga", "POST", "/usage-records/", {"records": records})

    def refund(self) -> Iterator[Step]:
        order, label = self.random.choice(self.orders), self.label
        body = {"order": order, "amount": self.amount(110), "reason": label}
        if self.random.random() < 0.9:
            body["special_agreement"] = "contract 7"
        yield Step("olga", "POST", "/refunds/", body, makes=label)
        path = f"/refunds/{{{label}}}"
        yield Step(
            self.random.choice(["sam", f"owner-{order[0]}"]),
            "POST",
            f"{path}/agree/",
            {"comment": "so"},
        )
        if self.random.random() < 0.15:
            yield Step("olga", "POST", f"{path}/withdraw/", {})
            return
        verb = self.random.choices(["approve", "reject"], [8, 1])[0]
        yield Step(
            "oscar", "POST", f"{path}/{verb}/", {"reason" if verb == "reject" else "comment": "so"}
        )
        day = self.random.choice(["02-12", "02-25", "03-05", "04-02"])
        yield Step("otto", "POST", f"{path}/complete/", {"refunded_at": f"2024-{day}T02:00:00Z"})

    def move_deposit(self) -> Iterator[Step]:
        kind = self.random.choices(["top_up", "penalty", "return"], [4, 1, 1])[0]
        body = {"kind": kind, "amount": self.amount(60), "reference": self.label, "reason": "so"}
        yield Step("olga", "POST", f"/deposits/{self.seller}/movements/", body)

    def dispute(self) -> Iterator[Step]:
        bill, label = self.random.choice(self.bills), self.label
        body = {"bill": bill, "line_no": self.random.randint(1, 4), "reason": label}
        yield Step(f"owner-{bill[-1]}", "POST", "/disputes/", body, makes=label)
        if self.random.random() < 0.5:
            answer = {"answer": "so", "amount": self.amount(20)}
            yield Step("olga", "POST", f"/disputes/{{{label}}}/accept/", answer)
        else:
            yield Step("olga", "POST", f"/disputes/{{{label}}}/decline/", {"answer": "so"})

    def adjust(self) -> Iterator[Step]:
        """Also beyond what one person moves alone."""
        label, is_large = self.label, self.random.random() < 0.3
        amount = self.random.choice(["", "-"]) + self.amount(30)
        body = {
            "bill": self.random.choice(self.bills),
            "amount": "20000.00" if is_large else amount,
            "reason": label,
        }
        yield Step("olga", "POST", "/adjustments/", body, makes=label)
        if is_large:
            verb = self.random.choice(["approve", "reject"])
            said = {"reason" if verb == "reject" else "comment": "so"}
            yield Step("oscar", "POST", f"/approval-requests/{{{label}}}/{verb}/", said)

    def close(self) -> Iterator[Step]:
        closing = self.cycle
        if closing.month > 5:
            return
        self.cycle = closing.following
        yield Step("olga", "POST", "/bill-runs/", {"cycle": closing}, is_awaited=True)
        self.bills += [f"B{closing}-{seller}" for seller in SELLERS]

    def settle_bill(self) -> Iterator[Step]:
        """From its approval to what is to be paid of it."""
        bill, label = self.random.choice(self.bills), self.label
        owner, net = f"owner-{bill[-1]}", f"net-{label}"
        yield Step("oscar", "POST", f"/bills/{bill}/look/", {"comment": "so"})
        yield Step("oscar", "POST", f"/bills/{bill}/approve/", {})
        invoice = {
            "bill": bill,
            "invoice_no": label,
            "amount": f"{{{net}}}",
            "vat_number": "SG 2012 3456 7",
            "account_number": "003-912345-6",
            "bank_name": "Bank of Examples",
            "bank_address": "1 Raffles Place, Singapore",
            "swift_code": "EXMPSGSG",
        }
        look = Look(net, f"/bills/{bill}/", "net_payable")
        yield Step(owner, "POST", "/invoices/", invoice, makes=label, looks=(look,))
        verb = self.random.choices(["verify", "reject"], [5, 1])[0]
        yield Step("otto", "POST", f"/invoices/{{{label}}}/{verb}/", {"reason": "so"})

    def pay_out(self) -> Iterator[Step]:
        label, payout = self.label, f"payout-{self.label}"
        batch, mine = f"/payout-batches/{{{label}}}", f"/payouts/?batch={{{label}}}"
        yield Step("olga", "POST", "/payout-batches/", {"currency": "USD"}, makes=label)
        if self.random.random() < 0.1:
            yield Step("olga", "POST", f"{batch}/cancel/", {})
        yield Step("oscar", "POST", f"{batch}/approve/", {"comment": "so"})
        yield Step("otto", "POST", f"{batch}/approve/", {"comment": "so"})
        yield Step("olga", "GET", f"{batch}/file/")
        look = Look(payout, mine)
        end = self.random.choice(["paid", "failed", "booked", "booked"])
        if end == "paid":
            body = {"reference": label, "paid_at": "2024-03-06T02:00:00Z"}
            yield Step("sam", "POST", f"/payouts/{{{payout}}}/paid/", body, looks=(look,))
        elif end == "failed":
            body = {"code": "AC04", "detail": "closed"}
            yield Step("sam", "POST", f"/payouts/{{{payout}}}/failed/", body, looks=(look,))
            yield Step("oscar", "POST", f"/payouts/{{{payout}}}/pay-again/", {"reason": "so"})
        else:
            amount = Look(f"amount-{label}", mine, "amount")
            row = Row(f"-{{amount-{label}}}", end_to_end_id=f"{{{payout}}}", reference=label)
            yield self.hand_in(label, row, look, amount)

    def bank(self) -> Iterator[Step]:
        label, line = self.label, f"line-{self.label}"
        yield self.hand_in(label, Row(self.amount(90), text=f"for {self.seller}", reference=label))
        look = Look(line, "/bank-lines/?state=suspense")
        to = self.random.choice([f"deposit:{self.seller}", "charges"])
        body = {"to": to, "comment": "so"}
        yield Step("otto", "POST", f"/bank-lines/{{{line}}}/attribute/", body, looks=(look,))

    def hand_in(self, label: str, row: Row, *looks: Look) -> Step:
        return Step("olga", "POST", "/bank-statements/", BankFile(label, (row,)), looks=looks)

    def collect(self) -> Iterator[Step]:
        """Of what a seller owes."""
        label = self.label
        look = Look(label, f"/receivables/?seller={self.seller}&state=open")
        path = f"/receivables/{{{label}}}"
        if self.random.random() < 0.7:
            body = {"amount": self.amount(20), "reference": label}
            yield Step("olga", "POST", f"{path}/payments/", body, looks=(look,))
        else:
            yield Step(
                "olga", "POST", f"{path}/move-to-next-bill/", {"reason": "so"}, looks=(look,)
            )

    def leave(self) -> Iterator[Step]:
        seller, label = self.seller, self.label
        yield Step(
            f"owner-{seller}",
            "POST",
            "/exit-requests/",
            {"seller": seller, "reason": "so"},
            makes=label,
        )
        yield Step("olga", "POST", f"/products/{{product-{seller}}}/delist/", {})
        verb = self.random.choice(
            [f"/sellers/{seller}/exit/", f"/exit-requests/{{{label}}}/refuse/"]
        )
        yield Step("oscar", "POST", verb, {"reason": "so"} if "refuse" in verb else {})

    def hold(self) -> Iterator[Step]:
        label = self.label
        yield Step(
            "olga", "POST", "/bill-holds/", {"seller": self.seller, "reason": "so"}, makes=label
        )
        yield Step("oscar", "POST", f"/bill-holds/{{{label}}}/release/", {"reason": "so"})

    def look_ahead(self) -> Iterator[Step]:
        """A preview that is kept, and a list as a file: work for workers that moves no money."""
        yield Step("olga", "POST", "/bill-previews/", {"cycle": self.cycle}, is_awaited=True)
        yield Step("olga", "POST", "/exports/", {"list": "bills", "format": "csv"})
