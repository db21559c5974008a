"""The bench as one page: HTML with its script, its numbers and its looks; it loads nothing.

python -m docs_build.bench.page bench.html
"""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from circuit.parameters import ModelParameters
from docs_build.bench import settings, training
from docs_build.bench.settings import Given, Setting
from docs_build.text import ROOT
from synapses.drug_files import EFFECTS, drugs
from synapses.pharmacology import WITHOUT

GROUPS = ("homeostasis", "tone", "release", "adaptation")
STARTS = {
    "Naive": Setting("none"),
    "After cocaine": Setting(),
    "Cocaine, NAC before the test": Setting(given=(Given("NAC", 100.0, 2.5),)),
    "... and MPEP": Setting(given=(Given("NAC", 100.0, 2.5), Given("MPEP", 10.0, 0.5))),
    "... and LY341495": Setting(given=(Given("NAC", 100.0, 2.5), Given("LY341495", 1.0, 0.5))),
    "Cocaine, NAC daily": Setting(given=(Given("NAC", 100.0, 24.0, 14),)),
}
"""What the buttons at the top set; the first five are the groups of Moussawi et al. 2009 (doi:10.1038/nn.2250)."""
AT_GLUTAMATE = {name for name in WITHOUT if not name.startswith(("dopamine", "ampa", "nmda", "actin", "probe", "perf"))}
"""Entries of `synapses.pharmacology.Exposure` that act on glutamate, tones or the expression of transporters."""


def data() -> dict[str, Any]:
    """All numbers of the page.

    Raises
    ------
    ValueError
        If the parameters place receptors where the page's equations do not have them.
    """
    own = ModelParameters.shipped()
    if own.tone.perisynaptic_site:
        raise ValueError("the page has mGluR2/3 in the extrasynaptic space alone")
    takers = {name: drug for name, drug in drugs().items() if drug.adaptation}
    plasticity = json.loads(training.FILE.read_text(encoding="utf-8"))
    return {
        "version": tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"],
        "parameter_hash": training.parameters(),
        "parameters": {
            name: {record.name: record.value for record in own.groups()[name].records()} for name in GROUPS
        },
        "plasticity": plasticity,
        "without": {name: value for name, value in WITHOUT.items() if name in AT_GLUTAMATE},
        "drugs": {name: _drug(name) for name in (*takers, *settings.TREATMENTS)},
        "takers": {name: {"usual": drug.intake_dose} for name, drug in takers.items()},
        "treatments": settings.TREATMENTS,
        "spans": {
            "days": settings.DAYS, "hours": settings.HOURS, "withdrawal": settings.WITHDRAWAL, "doses": settings.DOSES,
            "before": settings.BEFORE, "infusion": settings.INFUSION,
        },
        "starts": [{"name": name, "setting": one.document()} for name, one in STARTS.items()],
        "tests": _tests(),
    }  # fmt: skip


def _drug(name: str) -> dict[str, Any]:
    drug = drugs()[name]
    actions = [
        {
            "entry": EFFECTS[act.target, act.action], "potency": act.potency, "maximum": act.maximum,
            "substrate": act.action == "substrate",
        }
        for act in drug.actions
    ]  # fmt: skip
    found = drug.model_dump(include={
        "half_life", "absorption", "level", "adaptation", "intake", "intake_dose", "intake_exponent", "description",
    })  # fmt: skip
    return found | {"actions": [act for act in actions if act["entry"] in AT_GLUTAMATE]}


def _tests() -> str:
    """The tests of the main experiment as its file has them, so that what is set can be run by the command line."""
    text = (ROOT / "protocols/experiments/moussawi2009.toml").read_text(encoding="utf-8")
    return text[text.index("[[test]]") :]


def inside_script(content: Any) -> Markup:
    """JSON that cannot end the script element around it."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))


def page() -> str:
    """The page as text."""
    environment = Environment(
        loader=PackageLoader("docs_build.bench", "page"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    held = data()
    folder = Path(__file__).parent / "page"
    parts = {
        name: Markup((folder / file).read_text(encoding="utf-8"))
        for name, file in (("style", "style.css"), ("model", "model.js"), ("script", "bench.js"))
    }
    return environment.get_template("bench.html.jinja").render(
        data=inside_script(held), held=held, emulator=held["plasticity"], **parts
    )


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
