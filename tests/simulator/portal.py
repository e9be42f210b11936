"""The portal in this process: calls are answered, messages taken, time passes."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from django.db import close_old_connections, connection

from koogallery.celery import app
from koogallery.schedule import BEAT_SCHEDULE
from tests.callers import BASE, Caller
from tests.simulator.faults import Killed, Mischief, clock_of
from tests.simulator.script import BankFile, Step
from tests.simulator.world import Tokens

#: What the schedule does in a round; no month may end that is not of its script.
SCHEDULED = sorted(
    {entry["task"] for entry in BEAT_SCHEDULE.values()}
    - {
        f"settlement.tasks.{name}"
        for name in ("close_on_run_day", "check_invariants", "prove_books")
    }
    - {"koogallery.tasks.forget_traces"}
)
#: Those of which a round cannot wait for its end.
MEANWHILE = (
    "settlement.tasks.resume_bill_runs",
    "koogallery.tasks.take_up_exports",
    "koogallery.tasks.deliver_webhooks",
    "koogallery.tasks.send_waiting_notices",
)
#: Whatever waits for its time, or for a sign of life, has waited long enough.
TIME_PASSES = """
UPDATE koogallery_webhookdelivery SET due_at = now() WHERE due_at > now();
UPDATE koogallery_webhookendpoint SET leased_until = now() WHERE lease IS NOT NULL;
UPDATE koogallery_webhookendpoint SET resting_until = NULL WHERE resting_until IS NOT NULL;
UPDATE koogallery_noticemail SET due_at = now() WHERE due_at > now();
"""
AGAIN = {409: ("busy", "idempotency_key_in_flight"), 503: (), 500: (), 429: ()}
TRIES = 12
#: Steps from one turn of the schedule to the next.
BEATS = 2


class Stuck(AssertionError):
    """Something never came to its end."""


class Portal:
    def __init__(self, tokens: Tokens, mischief: Mischief, names: dict[str, str]) -> None:
        self.callers = {name: Caller(token) for name, token in tokens.items()}
        for caller in self.callers.values():
            caller.client.raise_request_exception = False
        self.mischief = mischief
        self.names = dict(names)
        #: What each step was answered at last, and all that callers were answered besides.
        self.answers: list[Any] = []
        self.others: Counter[str] = Counter()

    def play(self, steps: Sequence[Step]) -> None:
        with self.mischief.at_work():
            for place, step in enumerate(steps):
                self.mischief.begin_step(place)
                with clock_of(self.mischief):
                    answer = self._try(partial(self._once, step))
                    self.work()
                self.answers.append(answer or self._until_answered(step))
                self.work()
                if step.is_awaited:
                    self._await()
                if place % BEATS == BEATS - 1:
                    self._beat(MEANWHILE)
            self.mischief.end()
            self.settle()

    def _try(self, do: Callable[[], Any]) -> Any:
        """As a process that may be killed in it; then another one takes its place."""
        try:
            close_old_connections()
            return do()
        except Killed:
            self._die()
            return None

    def _die(self) -> None:
        """Nothing is rolled back by who is dead: the server finds its connection gone."""
        self.mischief.is_dead = False
        broken = connection.connection
        if broken is not None:
            with suppress(Exception):
                broken.close()
        connection.connection = None
        connection.in_atomic_block = False
        connection.savepoint_ids.clear()
        connection.atomic_blocks.clear()
        connection.needs_rollback = False
        connection.closed_in_transaction = False
        connection.run_on_commit.clear()
        connection.close()

    def _until_answered(self, step: Step) -> Any:
        for _ in range(TRIES):
            answer = self._try(partial(self._once, step))
            if answer is not None:
                return answer
        raise Stuck(f"{step} is never answered: {self.others}")

    def _once(self, step: Step) -> Any:
        """The answer, if it is one to go on with."""
        for look in step.looks:
            found = self.callers["olga"].get(look.path)
            if self._is_no_answer(found):
                return None
            row = found.body.get("results", [found.body])[:1] if found.status == 200 else []
            if not row:
                return "nothing there"
            self.names[look.name] = str(row[0][look.field])
        try:
            path = step.path.format_map(self.names)
            body = _filled(step.body, self.names)
        except KeyError:
            return "not made"
        answer = self._send(step, path, body)
        if self._is_no_answer(answer):
            return None
        if step.makes and answer.status < 300:
            self.names[step.makes] = answer.body["number"]
        return _told(answer)

    def _send(self, step: Step, path: str, body: Any) -> Any:
        caller = self.callers[step.who]
        if step.method == "GET":
            return caller.get(path)
        key = {"idempotency_key": f"round-{len(self.answers)}"} if step.method == "POST" else {}
        if isinstance(step.body, BankFile):
            return _Raw(caller.client.generic("POST", BASE + path, body, "text/xml"))
        return caller.send(step.method, path, body, **key)

    def _is_no_answer(self, answer: Any) -> bool:
        if self.mischief.is_dead:  # its death was answered by whoever leaves a transaction
            raise Killed
        if answer.status not in AGAIN:
            return False
        code = (answer.body or {}).get("type", "").rpartition(":")[2]
        if AGAIN[answer.status] and code not in AGAIN[answer.status]:
            return False
        self.others[f"{answer.status} {code}"] += 1
        return True

    def work(self) -> None:
        """A worker takes message after message; one that it died of is given out again."""
        for _ in range(200):
            if not self.mischief.queue:
                return
            task, args = self.mischief.queue.pop(0)
            if self._try(partial(task.apply, args)) is None:
                self.mischief.queue.insert(0, (task, args))
        raise Stuck(f"messages without end: {self.mischief.queue[:3]}")

    def _await(self) -> None:
        for _ in range(TRIES):
            if not self.found(UNFINISHED):
                return
            self._beat(MEANWHILE[:2])
        raise Stuck(f"not done: {self.found(UNFINISHED)}")

    def _beat(self, names: Sequence[str]) -> None:
        """Time passes, and the schedule sends what is due."""
        self.mischief.admin.execute(TIME_PASSES)
        self.mischief.queue += self.mischief.late
        self.mischief.late = []
        self.mischief.queue += [(app.tasks[name], ()) for name in names] * self.mischief.schedulers
        self.work()

    def settle(self) -> None:
        """Faults are over: all that waits is done, by the schedule alone."""
        self._beat(SCHEDULED)
        for _ in range(TRIES):
            if not self.found(WAITING):
                return
            self._beat(MEANWHILE)
        raise Stuck(f"waits for ever: {self.found(WAITING)}")

    def found(self, statement: str) -> list[str]:
        """By a connection that no fault strikes."""
        return [row[0] for row in self.mischief.admin.execute(statement).fetchall()]


UNFINISHED = """
SELECT number FROM settlement_billrun WHERE state IN ('queued', 'running')
UNION ALL
SELECT number FROM settlement_billpreview WHERE state IN ('queued', 'running')
UNION ALL
SELECT number FROM koogallery_exportjob WHERE state IN ('queued', 'running')
"""
WAITING = f"""
{UNFINISHED}
UNION ALL
SELECT 'notice ' || key FROM koogallery_notice WHERE sent_at IS NULL AND recipient <> 'customer'
UNION ALL
SELECT 'mail ' || id FROM koogallery_noticemail WHERE state <> 'sent'
UNION ALL
SELECT 'delivery ' || number || ' ' || state FROM koogallery_webhookdelivery
WHERE state <> 'delivered'
UNION ALL
SELECT 'event ' || n.key FROM koogallery_notice n
JOIN koogallery_webhookendpoint e USING (seller_number)
WHERE n.sequence > e.read_through
"""


class _Raw:
    def __init__(self, response: Any) -> None:
        self.status = response.status_code
        self.body = response.json()


def _told(answer: Any) -> str:
    """The status, and of a refusal which; a file that was taken already is as good as taken now."""
    status = 201 if answer.status == 200 else answer.status
    body = answer.body if isinstance(answer.body, dict) else {}
    return f"{status} {body.get('type', '').rpartition(':')[2]}"


def _filled(body: Any, names: dict[str, str]) -> Any:
    if isinstance(body, BankFile):
        return body.filled(names)
    if isinstance(body, dict):
        return {name: _filled(each, names) for name, each in body.items()}
    if isinstance(body, list):
        return [_filled(each, names) for each in body]
    return body.format_map(names) if isinstance(body, str) else body
