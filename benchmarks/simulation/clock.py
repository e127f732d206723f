"""Simulated time: threads that take turns. Who sleeps gives the turn to who wakes first, and nobody really waits.

So figures do not depend on how fast this machine is, and a run with the same seed ends the same.
"""

import heapq
import itertools
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from types import SimpleNamespace
from typing import Any

_FOR_EVER = float("inf")
_OF_FUNCTIONS = ("stock.", "load_inventory.", "check_stock.")


class OutOfTimeError(BaseException):
    """The time limit of a function is over: Lambda ends it here. Not an Exception: no function may catch it."""


class Promise:
    """A result that is there at some time."""

    def __init__(self, clock: "Clock") -> None:
        self._clock = clock
        self.done = False
        self._value: Any = None
        self._error: BaseException | None = None
        self._waiting: list[_Turn] = []

    def fulfil(self, work: Callable[[], Any]) -> None:
        """Do the work whose result this is."""
        try:
            self._value = work()
        except BaseException as error:  # for who asks for the result
            self._error = error
        self.done = True
        self._clock._wake(self._waiting)

    def result(self) -> Any:
        """Wait until it is there; return it, or raise what the work raised."""
        while not self.done:
            self._clock._wait(self._waiting)
        if self._error is not None:
            raise self._error
        return self._value


class _Turn:
    """One thread's place in the order of turns, until when it may run at the latest, and how slow it is."""

    def __init__(self, deadline: float, slowness: float = 1) -> None:
        self.deadline, self.slowness = deadline, slowness
        self.is_mine = threading.Semaphore(0)


class Clock:
    """The time in epoch seconds. The thread that makes it has the first turn."""

    def __init__(self, start: float) -> None:
        self.now = start
        self._numbers = itertools.count()
        self._asleep: list[tuple[float, int, _Turn]] = []
        self._local = threading.local()
        self._local.turn = _Turn(_FOR_EVER)

    @property
    def deadline(self) -> float:
        """When the function that runs here is ended at the latest; infinite outside of functions."""
        turn: _Turn | None = getattr(self._local, "turn", None)
        return turn.deadline if turn else _FOR_EVER

    def time(self) -> float:
        """Return the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass. Raises OutOfTimeError when the function that sleeps has none left."""
        turn: _Turn = self._local.turn
        wakes = min(self.now + seconds * turn.slowness, turn.deadline)
        heapq.heappush(self._asleep, (wakes, next(self._numbers), turn))
        self._pass_on(turn)
        if self.now >= turn.deadline:
            raise OutOfTimeError

    def begin(self, work: Callable[[], Any], seconds: float = _FOR_EVER, slowness: float = 1) -> Promise:
        """Begin some work beside what follows, which may take some seconds; return its result, when it is there.

        All times of slow work, its limit and its sleeps, are that many times as long.
        """
        promise, here = Promise(self), self._local.turn
        turn = _Turn(min(self.now + seconds * slowness, here.deadline), here.slowness * slowness)
        heapq.heappush(self._asleep, (self.now, next(self._numbers), turn))
        threading.Thread(target=self._run, args=(turn, promise, work), daemon=True).start()
        return promise

    def _run(self, turn: _Turn, promise: Promise, work: Callable[[], Any]) -> None:
        self._local.turn = turn
        turn.is_mine.acquire()
        promise.fulfil(work)
        self._next().is_mine.release()

    def _wait(self, waiting: list[_Turn]) -> None:
        turn: _Turn = self._local.turn
        waiting.append(turn)
        self._pass_on(turn)

    def _wake(self, waiting: list[_Turn]) -> None:
        for turn in waiting:
            heapq.heappush(self._asleep, (self.now, next(self._numbers), turn))
        waiting.clear()

    def _pass_on(self, turn: _Turn) -> None:
        following = self._next()
        if following is not turn:
            following.is_mine.release()
            turn.is_mine.acquire()

    def _next(self) -> _Turn:
        wakes, _, turn = heapq.heappop(self._asleep)
        self.now = max(self.now, wakes)
        return turn

    def rule_functions(self) -> None:
        """Make the modules of the functions, which are loaded already, take their time and their threads from here."""
        as_time = SimpleNamespace(
            time=self.time, monotonic=self.time, sleep=self.sleep, gmtime=time.gmtime, strftime=time.strftime
        )
        for name, module in list(sys.modules.items()):
            if name.startswith(_OF_FUNCTIONS) and getattr(module, "time", None) is time:
                module.time = as_time  # type: ignore[attr-defined]
        sys.modules["stock.dynamodb"].ThreadPoolExecutor = partial(Pool, self)  # type: ignore[attr-defined]


class Pool:
    """Stands for a ThreadPoolExecutor: works on as many jobs at a time as it has threads."""

    def __init__(self, clock: Clock, threads: int, initializer: Callable[[], None]) -> None:
        self._clock, self._threads, self._initializer = clock, threads, initializer
        self._jobs: deque[tuple[Promise, Callable[[], Any]]] = deque()
        self._running = 0

    def submit(self, work: Callable[[], Any]) -> Promise:
        """Have work done; return its result, when it is there."""
        job = Promise(self._clock)
        self._jobs.append((job, work))
        if self._running < self._threads:
            self._running += 1
            self._clock.begin(self._work)
        return job

    def map(self, work: Callable[[Any], Any], inputs: Iterable[Any]) -> list[Any]:
        """Have work done on every input; return the results in order."""
        return [job.result() for job in [self.submit(partial(work, each)) for each in inputs]]

    def _work(self) -> None:
        self._initializer()
        while self._jobs:
            job, work = self._jobs.popleft()
            job.fulfil(work)
        self._running -= 1
