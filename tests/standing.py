"""What the tests of a module begin with, made once: it stands in a transaction around theirs."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker


def standing(build: Callable[[], Any]) -> Any:
    """A fixture of the module, rolled back when that is done; no test of it may commit.

    What it gives is of all tests, so each is given a copy of it.
    """

    @pytest.fixture(scope="module", name=build.__name__)
    def stands(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Any]:
        with django_db_blocker.unblock(), transaction.atomic():
            yield build()
            transaction.set_rollback(True)

    return stands
