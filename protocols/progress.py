"""How far a batch is: a bar on a terminal, plain lines elsewhere; always on standard error."""

from __future__ import annotations

import sys

from protocols.workers import Done

FAILURES_SHOWN = 10


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


def progress() -> Lines:
    """What suits standard error."""
    return Bar() if sys.stderr.isatty() else Lines()
