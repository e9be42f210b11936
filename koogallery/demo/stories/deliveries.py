"""Two SaaS sellers whose servers are told of their orders (R9.4).

Sellers' servers of the demo: nobody is called, each answers what its story says (R9.4).
"""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from koogallery.demo.acts import Act
from koogallery.demo.calendar import Calendar, plus_months
from koogallery.demo.catalogue import companies, customers, offers
from koogallery.demo.desk import Desk
from koogallery.demo.market import dice_for, order_number, priced
from sellers.models import DeliveryMessage
from sellers.rules.answers import Judgement, judge, kept_of
from sellers.rules.deliveries import Verdict
from sellers.rules.signatures import body_sign_header
from sellers.services.delivery.answers import Reply, record_answer
from sellers.services.delivery.calls import Call, claim
from sellers.services.delivery.interfaces import record_proposal, request_test
from sellers.services.delivery.resending import resend_message
from sellers.services.orders.recording import NewOrder, record_order

#: What a server answers; nothing: it does not answer in time.
Answers = Sequence[str]

CREATED = '{{"resultCode": "000000", "resultMsg": "success.", "instanceId": "{instance}"}}'
NO_MOBILE = '{"resultCode": "000101", "resultMsg": "mobile number required for activation"}'
SILENCE = ""


def set_up_interface(desk: Desk, *, product: str, url: str) -> object:
    """Proposed, tested once, and in use from then on."""
    actor = desk.deliverer_for(offers()[product].seller)
    record_proposal(product, url, actor=actor)
    test = request_test(product, actor=actor)
    return _answer(test.number, CREATED.format(instance="debug-0001"))


def sell_through_interface(
    desk: Desk, *, product: str, customer: str, net: str, hours_ago: int, answers: Answers
) -> object:
    """A paid order of just now, and what the seller's server answers to each attempt."""
    offer, buyer = offers()[product], customers()[customer]
    company = companies()[offer.seller]
    placed_at = timezone.now().replace(microsecond=0) - timedelta(hours=hours_ago)
    new = NewOrder(
        number=order_number(placed_at, dice_for(product, customer)),
        product=product,
        order_type="purchase",
        billing_mode=offer.billing_mode,
        customer_name=buyer.name,
        customer_account=buyer.account,
        currency=company.currency,
        placed_at=placed_at,
        paid_at=placed_at + timedelta(minutes=2),
        term_ends_at=plus_months(timezone.now(), offer.term_months),
        supervision_status="not_applicable",
        **priced(Decimal(net), buyer, company),
    )
    number = record_order(new, actor=desk.trading)[0].number
    message = DeliveryMessage.objects.get(order__number=number)
    for place, answer in enumerate(answers):
        if place:
            resend_message(message.number, actor=desk.deliverer_for(offer.seller))
        _answer(message.number, answer)
    return message


def _answer(number: str, body: str) -> str:
    call = claim(number)
    assert call, "the message is due and nobody else is at it"
    record_answer(call.attempt.pk, _reply(call, body))
    return number


def _reply(call: Call, body: str) -> Reply:
    """As if it had come over the network."""
    now = timezone.now()
    if body == SILENCE:
        judgement = Judgement(Verdict.AGAIN, "", "No answer within 5 seconds.")
        return Reply(judgement, now, 5003, None, "")
    raw = body.encode()
    signed = {"body-sign": body_sign_header(call.key, raw)}
    judgement = judge(call.attempt.activity, call.key, 200, signed, raw)
    return Reply(judgement, now, 214 + len(raw), 200, kept_of(raw))


def deliveries(calendar: Calendar) -> Sequence[Act]:
    """Two SaaS sellers; one order comes at the second attempt, one is given up."""
    sync, edge, now = "P000008", "P000020", calendar.latest
    sold = [
        (sync, "harbourfront-logistics", "119", 30, [CREATED.format(instance="lsync-7f141bf1")]),
        (sync, "orchard-medical", "119", 9, [SILENCE, CREATED.format(instance="lsync-10e758d0")]),
        (sync, "kuala-textil", "119", 4, [NO_MOBILE]),
        (edge, "harbourfront-logistics", "1188", 27, [CREATED.format(instance="edge-00418")]),
        (edge, "orchard-medical", "1188", 2, [CREATED.format(instance="edge-00419")]),
    ]
    urls = {
        sync: "https://sync.chaophraya.example/koogallery/saas",
        edge: "https://console.meridian-edge.example/saas",
    }
    told = ("product", "customer", "net", "hours_ago", "answers")
    return [
        *(Act(now, set_up_interface, {"product": of, "url": url}) for of, url in urls.items()),
        *(Act(now, sell_through_interface, dict(zip(told, each, strict=True))) for each in sold),
    ]
