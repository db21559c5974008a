"""How far runs are, told in lines on standard error; what cannot tell how far it is repeats what it does."""

from __future__ import annotations

import math
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from protocols.runs.workers import Done

FAILURES_SHOWN = 10
SILENCE = 5.0  # s between two lines about a study or about files
HEARTBEAT = 20.0  # s between two lines about work that cannot tell how far it is


class Progress(Protocol):
    """Where those who drive runs tell how far they are."""

    def say(self, line: str) -> None:
        """A line about what is going on."""

    def begin(self, total: int, there: int) -> None:
        """`total` runs are wanted, of which `there` are there."""

    def done(self, done: Done) -> None:
        """A run came to its end."""

    def end(self) -> None:
        """No more runs."""


@contextmanager
def heartbeat(say: Callable[[str], None], every: float = HEARTBEAT) -> Iterator[Callable[[str], None]]:
    """Around work that says what it does and not how far it is.

    Parameters
    ----------
    say : callable
        Takes a line.
    every : float
        Seconds between two reminders.

    Yields
    ------
    callable
        To be called instead of `say`; while the work goes on, its last line is repeated with the time it took.
    """
    last, since, over = "", time.monotonic(), threading.Event()

    def tell(line: str) -> None:
        nonlocal last, since
        say(line)
        last, since = line, time.monotonic()  # now, so that nothing is repeated that was not said yet

    def remind() -> None:
        while not over.wait(every):
            if last:
                say(f"still {last}: {lasting(time.monotonic() - since)} so far")

    reminder = threading.Thread(target=remind, name="heartbeat", daemon=True)
    reminder.start()
    try:
        yield tell
    finally:
        over.set()
        reminder.join()


def lasting(seconds: float) -> str:
    """A time as one reads it: 45 s, 2 min 20 s, 12 min, 3.5 h."""
    if seconds < 99.5:
        return f"{seconds:.0f} s"
    if seconds < 595:
        minutes, rest = divmod(10 * round(seconds / 10), 60)
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    return f"{seconds / 60:.0f} min" if seconds < 5970 else f"{seconds / 3600:.1f} h"


class Lines:
    """A line per run."""

    def __init__(self) -> None:
        self.total = self.count = self.failed = self.there = 0
        self.begun, self.spoken = time.monotonic(), -math.inf

    def say(self, line: str) -> None:
        """A line about what is going on, written whole: a signal may come between a text and the end of its line."""
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()

    def begin(self, total: int, there: int) -> None:
        """`total` runs are wanted, of which `there` are there."""
        self.total, self.count, self.there = total, there, there
        self.begun = time.monotonic()
        if there:
            self.say(f"{there} of {total} runs are there already")

    def done(self, done: Done) -> None:
        """A run came to its end."""
        if self.count == self.there:  # workers take long to start: the pace is that of the runs alone
            self.begun = max(self.begun, time.monotonic() - done.seconds)
        self.count += 1
        if done.failure:
            self.failed += 1
            if self.failed <= FAILURES_SHOWN:
                self.say(f"failed: {done.run.label}: {done.failure}")
        else:
            took = "by another process" if done.elsewhere else f"{done.seconds:.1f} s"
            self.tick(f"run {self.count} of {self.total}: {done.run.label} ({took}{self.left('; ')})")

    def left(self, before: str) -> str:
        """How long the rest will take at the pace so far, behind some text; nothing where there is no rest."""
        number = self.count - self.there
        if not 0 < self.count < self.total or not number:
            return ""
        seconds = (time.monotonic() - self.begun) / number * (self.total - self.count)
        return f"{before}about {lasting(seconds)} left"

    def step(self, what: str) -> None:
        """One of many small things is done; `what` they are, in the plural."""
        self.count += 1
        if self.count < self.total and time.monotonic() - max(self.spoken, self.begun) > SILENCE:
            self.say(f"{self.count} of {self.total} {what}{self.left(', ')}")
            self.spoken = time.monotonic()

    def tick(self, line: str) -> None:
        """A run went well."""
        self.say(line)

    def end(self) -> None:
        """No more runs."""
        if self.failed > FAILURES_SHOWN:
            self.say(f"failed: {self.failed - FAILURES_SHOWN} more")
