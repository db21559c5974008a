"""How far a batch is: a bar on a terminal, plain lines elsewhere; always on standard error."""

from __future__ import annotations

import math
import sys
import time

from protocols.plan import Run
from protocols.workers import Done

FAILURES_SHOWN = 10
SILENCE = 5.0  # s between two lines about a study


class Lines:
    """A line per run."""

    def __init__(self) -> None:
        self.total = self.count = self.failed = 0

    def say(self, line: str) -> None:
        """A line about what is going on."""
        print(line, file=sys.stderr, flush=True)

    def begin(self, total: int, there: int) -> None:
        """`total` runs are wanted, of which `there` are there."""
        self.total, self.count = total, there
        if there:
            self.say(f"{there} of {total} runs are there already")

    def done(self, done: Done) -> None:
        """A run came to its end."""
        self.count += 1
        if done.failure:
            self.failed += 1
            if self.failed <= FAILURES_SHOWN:
                self.say(f"failed: {done.run.label}: {done.failure}")
        else:
            self.tick(f"run {self.count} of {self.total}: {done.run.label} ({done.seconds:.1f} s)")

    def tick(self, line: str) -> None:
        """A run went well."""
        self.say(line)

    def end(self) -> None:
        """No more runs."""
        if self.failed > FAILURES_SHOWN:
            self.say(f"failed: {self.failed - FAILURES_SHOWN} more")


class Bar(Lines):
    """A bar with the time left."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        super().__init__()
        self.bar = RichProgress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
            TextColumn("left"), TimeRemainingColumn(), console=Console(stderr=True), transient=True,
        )  # fmt: skip
        self.task = self.bar.add_task("runs", total=None)

    def say(self, line: str) -> None:
        """A line above the bar."""
        self.bar.console.print(line, highlight=False, markup=False)

    def begin(self, total: int, there: int) -> None:
        """Show the bar."""
        super().begin(total, there)
        self.bar.update(self.task, total=total, completed=there)
        self.bar.start()

    def done(self, done: Done) -> None:
        """Advance by one run, gone well or not."""
        super().done(done)
        self.bar.update(self.task, advance=1, description=done.run.label)

    def tick(self, line: str) -> None:
        """The bar itself shows it."""

    def end(self) -> None:
        """Take the bar away."""
        self.bar.stop()
        super().end()


class StudyLines(Lines):
    """For studies: a line every few seconds, since there may be thousands of runs."""

    def __init__(self) -> None:
        super().__init__()
        self.spoken = -math.inf

    def over(self, run: Run, failure: str) -> None:
        """A run came to its end, with a reason if it failed."""
        self.done(Done(run, 0.0, failure or None))

    def done(self, done: Done) -> None:
        """A run came to its end."""
        super().done(done)
        if self.count == self.total and not done.failure:
            self.say(f"run {self.count} of {self.total}")

    def tick(self, line: str) -> None:
        """A run went well."""
        if time.monotonic() - self.spoken > SILENCE and self.count < self.total:
            self.say(f"run {self.count} of {self.total}")
            self.spoken = time.monotonic()


class StudyBar(Bar):
    """A bar with the time left."""

    def over(self, run: Run, failure: str) -> None:
        """A run came to its end, with a reason if it failed."""
        self.done(Done(run, 0.0, failure or None))

    def show(self, done: int, line: str) -> None:
        """So many runs are there, and what else is to be said."""
        self.bar.update(self.task, completed=done, description=line)


class Watch(Lines):
    """A line whenever something has changed."""

    def __init__(self, total: int) -> None:
        super().__init__()
        self.total, self.last = total, ""

    def show(self, done: int, line: str) -> None:
        """So many runs are there, and what else is to be said."""
        said = f"{done} of {self.total} runs are there; {line}"
        if said != self.last:
            self.say(said)
        self.last = said


def watching(total: int) -> StudyBar | Watch:
    """What suits standard error, to follow a study that somebody else drives."""
    if not sys.stderr.isatty():
        return Watch(total)
    bar = StudyBar()
    bar.begin(total, 0)
    return bar


def study_progress() -> StudyLines | StudyBar:
    """What suits standard error, to drive a study."""
    return StudyBar() if sys.stderr.isatty() else StudyLines()


def progress() -> Lines:
    """What suits standard error."""
    return Bar() if sys.stderr.isatty() else Lines()
