"""Tasks run where they are sent; a worker's own process is for the crash tests."""

from collections.abc import Iterator
from contextlib import contextmanager

from celery import current_app


@contextmanager
def tasks_at_once(*, propagates: bool = True) -> Iterator[None]:
    current_app.conf.update(task_always_eager=True, task_eager_propagates=propagates)
    try:
        yield
    finally:
        current_app.conf.update(task_always_eager=False, task_eager_propagates=False)
