"""Processor time of commands, and how much of it is spent outside the simulated programs: this checkout and a commit.

    python -m benchmarks.overhead COMMIT [--repeats N] [-- VERB ARGUMENT...]

The commands are those of `COMMANDS` unless one is given after ``--``. Both checkouts take turns, each time into a new
folder. A first run of each, which is not counted, fills the caches, also those of byte code. What is left without the
programs of compiled circuits is starting, importing, reading, writing and statistics.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from benchmarks.side_by_side import Cost, measured, middle, ratio, take_turns

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = (
    ("run", "tone", "--animals", "1", "--jobs", "1", "--set", "circuit.scale=0.1"),
    ("run", "tone", "--animals", "1", "--jobs", "2", "--set", "circuit.scale=0.1"),
    ("experiments",),
    ("show", "moussawi2009"),
)
LOG = "OVERHEAD_LOG"
# Every Python process imports this module as it starts. A program of a compiled circuit is called `main`; its time (the
# user's, and the system's) is what this process's children have taken after it beyond what they had before it.
CUSTOM = f"""
import os, resource, subprocess
run = subprocess.run
def children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime, used.ru_stime
def timed(command, *rest, **named):
    before = children()
    try:
        return run(command, *rest, **named)
    finally:
        if os.path.basename(command[0]) == "main":
            with open(os.environ["{LOG}"], "a") as log:
                log.write("%r %r\\n" % tuple(b - a for a, b in zip(before, children())))
subprocess.run = timed
"""


@contextmanager
def checkout(commit: str) -> Iterator[Path]:
    """A worktree of a commit, removed at the end."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "checkout"
        subprocess.run(["git", "-C", str(ROOT), "worktree", "add", "--detach", str(folder), commit], check=True)
        try:
            yield folder
        finally:
            subprocess.run(["git", "-C", str(ROOT), "worktree", "remove", "--force", str(folder)], check=True)


def once(source: Path, words: Sequence[str], environment: Mapping[str, str] | None = None) -> Cost:
    """The command in one checkout; `Cost.printed` holds the time of its programs, s, how much of it is not the system's
    (`user`), and their number."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "sitecustomize.py").write_text(CUSTOM)
        log = folder / "programs"
        log.touch()
        around = {
            **(environment or {}),
            "PYTHONPATH": f"{folder}:{source}",
            LOG: str(log),
            "PYTHONDONTWRITEBYTECODE": "",
        }
        out = ["--out", str(folder / "out")] if words[0] in ("run", "validate", "compare") else []
        cost = measured([sys.executable, "-m", "corticostriatal", *words, *out], around, folder)
        each = [[float(number) for number in line.split()] for line in log.read_text().splitlines()]
    user, system = (sum(line[part] for line in each) for part in (0, 1))
    return replace(cost, printed={"programs": user + system, "user": user, "number": len(each)})


def compare(sources: Mapping[str, Path], words: Sequence[str], repeats: int) -> dict[str, dict[str, list[float]]]:
    """Processor time, s, of each repeat: checkout -> ``total``, its share that is not the system's (``user``),
    ``programs`` and ``outside``."""

    def contender(source: Path) -> Callable[[int], Cost]:
        return lambda _: once(source, words)

    for source in sources.values():
        once(source, words)
    costs = take_turns({name: contender(source) for name, source in sources.items()}, repeats)
    return {
        name: {
            "total": [cost.processor for cost in each],
            "user": [cost.user for cost in each],
            "programs": [cost.printed["programs"] for cost in each],
            "outside": [cost.processor - cost.printed["programs"] for cost in each],
        }
        for name, each in costs.items()
    }


def _range(found: Mapping[str, float]) -> str:
    return f"{found['median']:.2f} ({found['smallest']:.2f} to {found['largest']:.2f})"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print medians and ranges over repeats."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    commands = [tuple(given[given.index("--") + 1 :])] if "--" in given else list(COMMANDS)
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.overhead", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("commit", help="what this checkout is compared with")
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args(given[: given.index("--")] if "--" in given else given)
    print("s of processor time, median (smallest to largest)")
    with checkout(options.commit) as before:
        for words in commands:
            found = compare({"this checkout": ROOT, options.commit: before}, words, options.repeats)
            print(f"\ncorticostriatal {' '.join(words)}")
            for name, parts in found.items():
                print(f"  {name}: " + ", ".join(f"{part} {_range(middle(values))}" for part, values in parts.items()))
            ours, theirs = found["this checkout"], found[options.commit]
            shares = [f"{part} {_range(ratio(ours[part], theirs[part]))}" for part in ("total", "user", "outside")]
            print(f"  this checkout over {options.commit}: {', '.join(shares)}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
