"""What a user sees while and after something runs: progress on stderr, tables on stdout."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

if TYPE_CHECKING:
    from protocols.batch import Progress
    from results.tables import Table

PLAIN_WIDTH = 160    # characters of a table that goes to a file or a pipe
PLAIN_EVERY = 10.0   # s between two lines of progress where there is no terminal


def say(line: str) -> None:
    """A line to stderr."""
    print(line, file=sys.stderr, flush=True)


def console() -> Console:
    """Standard output; a pipe or a file gets a fixed width and no colours."""
    return Console(file=sys.stdout, width=None if sys.stdout.isatty() else PLAIN_WIDTH, highlight=False)


def print_table(table: Table, title: str | None = None, wraps: str | None = None) -> None:
    """Print a table; only the column `wraps`, where one is named, is broken over lines."""
    shown = RichTable(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for column in table.columns:
        shown.add_column(column, no_wrap=wraps is not None and column != wraps, overflow="fold")
    for row in table.rows:
        shown.add_row(*(Text(cell) for cell in row))
    console().print(shown)


@contextmanager
def reporting(name: str) -> Iterator[Progress]:
    """A function that shows progress: a bar on a terminal, a line now and then elsewhere."""
    if not sys.stderr.isatty():
        yield _Lines(name)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[left]}")
    with Bar(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(name, total=None, left="")
        yield lambda done, total, left: bar.update(task, completed=done, total=total, left=_left(left))


class _Lines:
    def __init__(self, name: str) -> None:
        self.name = name
        self.last = -PLAIN_EVERY

    def __call__(self, done: int, total: int, left: float | None) -> None:
        if done == total or time.monotonic() - self.last >= PLAIN_EVERY:
            self.last = time.monotonic()
            say(f"{self.name}: {done} of {total} runs done {_left(left)}".rstrip())


def _left(seconds: float | None) -> str:
    return "" if not seconds else f"({duration(seconds)} left)"


def duration(seconds: float) -> str:
    """``40 s``, ``12 min``, ``3.5 h``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
