"""Progress in a notebook: one bar that moves in its cell, with the time left and the last line said."""

from __future__ import annotations

import time
from collections.abc import Callable
from html import escape

from protocols.runs.lines import Lines
from protocols.runs.workers import Done

OFTEN = 0.2  # s between two pictures of the bar


def shown_in_cell() -> Callable[[str], None]:
    """A function that shows HTML in the cell, in the place of what it showed before."""
    from IPython.display import HTML, display

    handle = display(HTML(""), display_id=True)

    def show(text: str) -> None:
        handle.update(HTML(text))

    return show


class Cell(Lines):
    """A bar in a notebook's cell. Failures are printed as well, so that they stay.

    Parameters
    ----------
    show : callable
        Takes the HTML that replaces what was there.
    """

    def __init__(self, show: Callable[[str], None] | None = None) -> None:
        super().__init__()
        self.show, self.last, self.drawn = show or shown_in_cell(), "", -OFTEN

    def say(self, line: str) -> None:
        """A line beside the bar."""
        if line.startswith("failed"):
            super().say(line)
        self.last = line
        self._draw(True)

    def begin(self, total: int, there: int) -> None:
        """Show the bar."""
        super().begin(total, there)
        self._draw(True)

    def done(self, done: Done) -> None:
        """Advance by one run, gone well or not."""
        super().done(done)
        self._draw(self.count == self.total)

    def step(self, what: str) -> None:
        """Advance by one small thing."""
        self.count, self.last = self.count + 1, f"{self.count + 1} of {self.total} {what}"
        self._draw(self.count == self.total)

    def tick(self, line: str) -> None:
        """A run went well."""
        self.last = line

    def end(self) -> None:
        """Leave how it ended."""
        super().end()
        self._draw(True)

    def _draw(self, now: bool) -> None:
        if not now and time.monotonic() - self.drawn < OFTEN:
            return
        self.drawn = time.monotonic()
        bar = f'<progress value="{self.count}" max="{self.total}"></progress> ' if self.total else ""
        counted = f"{self.count} of {self.total}{self.left(', ')}" if self.total else ""
        failed = f", {self.failed} failed" if self.failed else ""
        self.show(f"{bar}{counted}{failed}<br><small>{escape(self.last)}</small>")
