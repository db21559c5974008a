"""What is being done, how far it is and how long it will take: a bar on a terminal, plain lines elsewhere.

Always on standard error. What cannot tell how far it is, such as compiling, repeats what it is doing and since when.
"""

from __future__ import annotations

import sys
import time

from protocols.runs.lines import SILENCE, Lines, Progress, heartbeat, lasting
from protocols.runs.workers import Done

__all__ = ["Bar", "Lines", "Progress", "StudyLines", "heartbeat", "lasting", "progress", "study_progress", "watching"]


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

    def step(self, what: str) -> None:
        """Advance by one small thing."""
        self.count += 1
        self.bar.update(self.task, advance=1, description=what)

    def tick(self, line: str) -> None:
        """The bar itself shows it."""

    def end(self) -> None:
        """Take the bar away."""
        self.bar.stop()
        super().end()


class StudyLines(Lines):
    """For studies: a line every few seconds, since there may be thousands of runs."""

    def done(self, done: Done) -> None:
        """A run came to its end."""
        super().done(done)
        if self.count == self.total and not done.failure:
            self.say(f"run {self.count} of {self.total}")

    def tick(self, line: str) -> None:
        """A run went well."""
        if time.monotonic() - self.spoken > SILENCE and self.count < self.total:
            self.say(f"run {self.count} of {self.total}{self.left(', ')}")
            self.spoken = time.monotonic()


class WatchBar(Bar):
    """A bar for runs that somebody else drives."""

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


def watching(total: int) -> WatchBar | Watch:
    """What suits standard error, to follow runs that somebody else drives."""
    if not sys.stderr.isatty():
        return Watch(total)
    bar = WatchBar()
    bar.begin(total, 0)
    return bar


def study_progress() -> Lines:
    """What suits standard error, or the notebook, to drive a study."""
    return _moving() or StudyLines()


def progress() -> Lines:
    """What suits standard error, or the notebook."""
    return _moving() or Lines()


def _moving() -> Lines | None:
    """A bar, where one can move: in a notebook's cell, or on a terminal."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if type(shell).__name__ == "ZMQInteractiveShell":
        from protocols.runs.notebook import Cell

        return Cell()
    return Bar() if sys.stderr.isatty() else None
