"""Closes a cycle with as many workers as asked; prints seconds, CPU seconds, lines, peak in KiB.

With a third argument, without seals.

The workers are processes that do what the Celery task does, without a broker in between.
"""

import multiprocessing
import os
import resource
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "koogallery.settings")
django.setup()

from koogallery.kit.cycles import Cycle  # noqa: E402
from settlement.models import BillRun  # noqa: E402
from settlement.readings.progress import progress_of  # noqa: E402
from settlement.services.closing import cycles  # noqa: E402
from settlement.services.closing.runs import request_run, work_on_run  # noqa: E402


def main(cycle: str, workers: int) -> None:
    begun, used = time.perf_counter(), _cpu()
    number = request_run(Cycle(cycle), None, actor=None).number
    django.db.connections.close_all()
    processes = [multiprocessing.Process(target=_work, args=[number]) for _ in range(workers)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    seconds, cpu = time.perf_counter() - begun, _cpu() - used
    run = BillRun.objects.get(number=number)
    if run.state != "closed":
        raise SystemExit(f"{run.state}: {run.reason}")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    sys.stdout.write(f"{seconds} {cpu} {progress_of(run).lines} {peak}\n")


def _cpu() -> float:
    """Of this process and of the workers that have ended."""
    used = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def _work(number: str) -> None:
    work_on_run(number, wait=True)


def _unsealed(*_: object) -> None:
    pass


if __name__ == "__main__":
    if sys.argv[3:]:
        vars(cycles)["seal_batch"] = _unsealed
    multiprocessing.set_start_method("fork")
    main(sys.argv[1], int(sys.argv[2]))
