"""The plastic rule of one's own that the page on circuits shows."""

from __future__ import annotations

import re
from pathlib import Path

from protocols.experiments.experiment import Experiment, load
from protocols.experiments.overrides import with_overrides

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "circuit.md"
BLOCKS = dict(
    re.findall(r"<!-- runs in tests: (\S*?) -->\n```\w+\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
)
RULE, ROWS = BLOCKS["stdp.py"], BLOCKS["rule.toml"]


def put_here() -> None:
    """Write the page's two files into the working folder."""
    Path("stdp.py").write_text(RULE, encoding="utf-8")
    Path("rule.toml").write_text(ROWS, encoding="utf-8")


def with_rule(*settings: str) -> Experiment:
    """The main experiment with the circuit that lies here."""
    return with_overrides(load("moussawi2009"), ["circuit.preset=rule.toml", *settings])
