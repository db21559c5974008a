"""``python -m tests.fuzz --number 2000 --seed 1 [--kind drug]``; cases that break a promise are kept in ``--keep``."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "helpers"))  # for fake_engine

from tests.fuzz.cases import KINDS
from tests.fuzz.check import stored, tried


def main() -> int:
    """Run the cases and print those that break a promise."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--number", type=int, default=2000)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", action="append", choices=list(KINDS), help="only these")
    parser.add_argument("--keep", type=Path, help="folder for the cases that break a promise")
    given = parser.parse_args()
    made: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="corticostriatal-fuzz-") as home:
        there = stored(Path(home))
        for number in range(given.first, given.first + given.number):
            root = Path(home) / str(number)
            one = tried(given.seed, number, root, there, given.kind or list(KINDS))
            made[one.kind] += 1
            refused[one.kind] += one.refused
            if one.broken:
                failed[one.kind] += 1
                print(f"\n{number} ({one.kind}): {'; '.join(one.commands)}", *one.broken, sep="\n  ", flush=True)
                if given.keep:
                    shutil.copytree(root, given.keep / f"{given.seed}-{number}", dirs_exist_ok=True)
            shutil.rmtree(root)
    for kind, number in sorted(made.items()):
        print(f"{kind:12} {number:5} tried, {refused[kind]} refused, {failed[kind]} broke a promise")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
