"""What an animal's whole life costs, and a study of plasticity: this checkout beside another commit.

    python -m benchmarks.lifetime COMMIT [--only life plasticity] [--sessions 20] [--tests 7] [--animals 1]

* `life`: one animal of `reinstatement`, the whole circuit at scale 0.5: ten sessions of self-administration, ten of
  extinction, and a session for each of seven tests. Fewer sessions or tests are quicker.
* `plasticity`: `moussawi2009` at full size, ten runs for each animal of a group.

Both checkouts take turns on one core each time, with a cache of their own, in which their programs are built first and
nothing else is kept. What building takes is given for each preset. Of a run, time of the programs of compiled circuits
as the user's (`user`) and the rest of the processor's time (`rest`) are given: starting, reading, drawing wiring,
writing. Results are kept as those of `benchmarks.speed` are, and stand on the same page; an entry is measured again if
the code, the commit or the question has changed.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.overhead import ROOT, checkout, once
from benchmarks.side_by_side import ContenderError, Cost, Kept, measured, middle, ratio, take_turns
from protocols.simulation.digest import model_digest

RESULTS = Path(__file__).parent / "results.json"
PARTS = ("life", "plasticity")
HERE = "this checkout"
SESSIONS, TESTS = 20, 7
PRESETS = {"life": ("corticostriatal", 0.5), "plasticity": ("corticoaccumbens", 1.0)}
"""Part -> preset and scale of its program."""
BUILD = "import sys; from circuit.engine import compiled; compiled.build(sys.argv[1], float(sys.argv[2]))"


def life(sessions: int = SESSIONS, tests: int = TESTS) -> list[str]:
    """Words of the command that lets one animal live through sessions and tests.

    Parameters
    ----------
    sessions : int
        Sessions before the tests, half of them of self-administration and the other half of extinction.
    tests : int
        Tests, in the order of the experiment; each has a session of its own.
    """
    from protocols.experiments.experiment import load

    document = load("reinstatement").model_dump(mode="json", exclude_unset=True)
    group, chosen = document["group"][0], document["test"][:tests]
    (taking,) = (phase for phase in group["history"] if phase["phase"] == "self_administration")
    group["history"] = [taking | {"days": sessions - sessions // 2}]
    for test in chosen:
        for phase in test.get("preceded_by", ()):
            phase["days"] = sessions // 2
    name, scale = PRESETS["life"]
    settings = {"group": [group], "test": chosen, "circuit.preset": name, "circuit.scale": scale}
    return ["run", "reinstatement", "--animals", "1", "--jobs", "1", *_set(settings)]


def plasticity(animals: int) -> list[str]:
    """Words of the command that runs the study of plasticity with some animals in each group."""
    name, scale = PRESETS["plasticity"]
    words = ["run", "moussawi2009", "--animals", str(animals), "--jobs", "1"]
    return words + _set({"circuit.preset": name, "circuit.scale": scale})


def _set(settings: Mapping[str, Any]) -> list[str]:
    return [word for path, value in settings.items() for word in ("--set", f"{path}={inline(value)}")]


def inline(value: Any) -> str:
    """A value as TOML in one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name} = {inline(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(inline(each) for each in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else repr(value)


def compare(part: str, words: Sequence[str], commit: str, repeats: int) -> dict[str, Any]:
    """Costs of a command in both checkouts, and their ratio within each repeat.

    Raises
    ------
    ContenderError
        If one of the two does not run as many programs as the other.
    """
    with checkout(commit) as other, tempfile.TemporaryDirectory() as name:
        sources = {HERE: ROOT, "commit": other}
        caches = {who: Path(name) / f"cache {place}" for place, who in enumerate(sources)}
        building = {who: build(part, source, caches[who]) for who, source in sources.items()}

        def contender(who: str) -> Callable[[int], Cost]:
            def run(_: int) -> Cost:
                shutil.rmtree(caches[who] / "animals", ignore_errors=True)  # an animal is not trained twice
                return once(sources[who], words, {"CORTICOSTRIATAL_CACHE": str(caches[who])})

            return run

        costs = take_turns({who: contender(who) for who in sources}, repeats)
    numbers = {who: {cost.printed["number"] for cost in each} for who, each in costs.items()}
    if len(set().union(*numbers.values())) != 1:
        raise ContenderError(f"{part}: programs were run {numbers[HERE]} times here and {numbers['commit']} there")
    user = {who: [cost.printed["user"] for cost in each] for who, each in costs.items()}
    rest = {who: [cost.processor - cost.printed["programs"] for cost in each] for who, each in costs.items()}
    return {
        "commit": commit,
        "programs": numbers[HERE].pop(),
        "user": {who: middle(values) for who, values in user.items()},
        "rest": {who: middle(values) for who, values in rest.items()},
        "ratio_of_programs": ratio(user[HERE], user["commit"]),
        "ratio_of_rest": ratio(rest[HERE], rest["commit"]),
        "preset": PRESETS[part][0],
        "build_processor": building,
    }


def build(part: str, source: Path, cache: Path) -> float:
    """Processor time, s, of building the program of a part in one checkout, into an empty cache."""
    words = [sys.executable, "-c", BUILD, *map(str, PRESETS[part])]
    return measured(words, {"PYTHONPATH": str(source), "CORTICOSTRIATAL_CACHE": str(cache)}, source).processor


def main(arguments: Sequence[str] | None = None) -> int:
    """Do the measurements that are missing, and print the tables."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.lifetime", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("commit", help="what this checkout is compared with")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, metavar="PART", help=" ".join(PARTS))
    parser.add_argument("--sessions", type=int, default=SESSIONS, help="of the life, before its tests")
    parser.add_argument("--tests", type=int, default=TESTS, help="of the life")
    parser.add_argument("--animals", type=int, default=1, help="in each group of the study of plasticity")
    parser.add_argument("--repeats", type=int, default=4, help="an even number: the order turns round")
    parser.add_argument("--out", type=Path, default=RESULTS, metavar="FILE")
    given = parser.parse_args(arguments)
    if given.sessions < 2 or not 1 <= given.tests <= TESTS or given.animals < 1:
        parser.error(f"at least 2 sessions, 1 to {TESTS} tests, at least 1 animal")
    named = ["git", "-C", str(ROOT), "rev-parse", "--short", given.commit]
    commit = subprocess.run(named, capture_output=True, text=True, check=True).stdout.strip()
    questions = {
        "life": ({"sessions": given.sessions, "tests": given.tests}, life(given.sessions, given.tests)),
        "plasticity": ({"animals": given.animals}, plasticity(given.animals)),
    }
    kept = Kept(given.out)
    for part in given.only:
        asked, words = questions[part]
        asked = asked | {"commit": commit, "code": model_digest()[:16], "repeats": given.repeats}
        kept.get(f"lifetime, {part}", asked, partial(compare, part, words, commit, given.repeats))
    from benchmarks.speed_page import tables

    print(tables({name: entry for name, entry in kept.entries.items() if name.startswith("lifetime")}), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
