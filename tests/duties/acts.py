"""Every service that takes a duty of an operator, and a call of it on the rows of a world.

A new act gets its row here: `test_every_act_of_a_service_has_its_row` fails without it.
"""

import ast
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import IO

from koogallery.duties import Duty
from koogallery.kit.cycles import Cycle
from koogallery.models import User
from sellers.rules.tokens import TokenTerms
from sellers.services import authority
from sellers.services.access import tokens, webhooks
from sellers.services.companies import applications, sellers
from sellers.services.orders import recording, usage
from sellers.services.products import catalogue
from settlement.models import CalendarDay
from settlement.services import proving, working_days
from settlement.services.banking import taking
from settlement.services.closing import runs
from settlement.services.payouts import batches
from settlement.services.previews import retries, reviews, stored
from tests.settlement.api.world import World
from tests.settlement.banking.statements import statement

Act = Callable[[World, User], object]

ROOT = Path(__file__).resolve().parent.parent.parent
TEN = Decimal(10)


def _restored(user: User) -> object:
    CalendarDay.objects.update_or_create(date=date(2026, 3, 9), defaults={"is_working_day": False})
    return working_days.restore_day(date(2026, 3, 9), actor=user)


STATEMENT = statement()


def _closed(came: tuple[object, IO[bytes]]) -> None:
    came[1].close()


#: "module.function" -> its duty, and a call that gets as far as the question who may.
ACTS: Mapping[str, tuple[Duty, Act]] = {
    "settlement.taking.take_statement": (
        Duty.RECORD_PAYMENTS,
        lambda _, user: taking.take_statement(STATEMENT, actor=user),
    ),
    "settlement.taking.file_of": (
        Duty.RECORD_PAYMENTS,
        lambda world, user: _closed(
            taking.file_of(
                taking.take_statement(STATEMENT, actor=world.olga).statements[0].number, actor=user
            )
        ),
    ),
    "sellers.authority.orders_to_meter": (
        Duty.IMPORT_FACTS,
        lambda _, user: authority.orders_to_meter(user),
    ),
    "sellers.applications._person": (
        Duty.MANAGE_SELLERS,
        lambda world, user: applications.start_application(
            {}, applicant=str(world.mine.seller.members.get().user), actor=user
        ),
    ),
    "sellers.tokens.issue_own_token": (
        Duty.VIEW,
        lambda _, user: tokens.issue_own_token(TokenTerms("mine", timedelta(days=1)), actor=user),
    ),
    "sellers.applications.require": (
        Duty.MANAGE_SELLERS,
        lambda world, user: applications.withdraw_application(
            world.mine.application.number, actor=user
        ),
    ),
    "sellers.webhooks._future_owner": (
        Duty.CONNECT_SYSTEMS,
        lambda _, user: webhooks.create_endpoint(None, "https://8.8.8.8/hook", actor=user),
    ),
    "sellers.recording.record_orders": (
        Duty.IMPORT_FACTS,
        lambda _, user: recording.record_orders([], actor=user),
    ),
    "sellers.recording._change_order": (
        Duty.IMPORT_FACTS,
        lambda world, user: recording.change_order(world.mine.order.number, {}, actor=user),
    ),
    "sellers.catalogue.record_products": (
        Duty.IMPORT_FACTS,
        lambda _, user: catalogue.record_products([], actor=user),
    ),
    "sellers.sellers.record_sellers": (
        Duty.MANAGE_SELLERS,
        lambda _, user: sellers.record_sellers([], actor=user),
    ),
    "settlement.retries.retry_run": (
        Duty.RUN_BILLS,
        lambda world, user: retries.retry_run(world.run.number, actor=user),
    ),
    "settlement.stored.request_preview": (
        Duty.RUN_BILLS,
        lambda _, user: stored.request_preview(Cycle("202604"), None, actor=user),
    ),
    "settlement.reviews.decide_looks": (
        Duty.APPROVE_BILLS,
        lambda world, user: reviews.decide_look(
            world.preview.number, world.mine.seller.number, actor=user
        ),
    ),
    "settlement.reviews.decide_table": (
        Duty.APPROVE_BILLS,
        lambda world, user: reviews.decide_table(
            world.preview.number, {world.mine.seller.number: ""}, {}, actor=user
        ),
    ),
    "settlement.stored.approve_preview": (
        Duty.APPROVE_BILLS,
        lambda world, user: stored.approve_preview(world.preview.number, actor=user),
    ),
    "settlement.proving.request_proof": (
        Duty.READ_BOOKS,
        lambda _, user: proving.request_proof(actor=user),
    ),
    "settlement.working_days.overrule_day": (
        Duty.RUN_BILLS,
        lambda _, user: working_days.overrule_day(
            date(2026, 3, 9), is_working_day=False, actor=user
        ),
    ),
    "settlement.working_days.restore_day": (
        Duty.RUN_BILLS,
        lambda _, user: _restored(user),
    ),
    "settlement.batches.create_batch": (
        Duty.PAY_OUT,
        lambda _, user: batches.create_batch("USD", actor=user),
    ),
    "settlement.runs.request_run": (
        Duty.RUN_BILLS,
        lambda _, user: runs.request_run(Cycle("202604"), None, actor=user),
    ),
}

#: Acts that ask by one of the functions above.
BY_ANOTHER: Mapping[str, tuple[Duty, Act]] = {
    "usage.record_usage": (
        Duty.IMPORT_FACTS,
        lambda _, user: usage.record_usage([], actor=user),
    ),
}


def functions_that_ask() -> Iterator[tuple[str, str]]:
    """(module.function, DUTY) of every `require_duty` in the services, from their source."""
    for path in sorted(ROOT.glob("*/services/**/*.py")):
        module = f"{path.relative_to(ROOT).parts[0]}.{path.stem}"
        for function in ast.walk(ast.parse(path.read_text())):
            if isinstance(function, ast.FunctionDef):
                yield from ((f"{module}.{function.name}", duty) for duty in _duties_in(function))


def _duties_in(function: ast.FunctionDef) -> Iterator[str]:
    for node in ast.walk(function):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "require_duty"
        ):
            duty = node.args[1]
            if isinstance(duty, ast.Attribute):  # else it depends on what is acted on
                yield duty.attr
