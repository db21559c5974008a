"""One page for a folder of results: HTML with its figures, their data and the script that draws them.

The page loads nothing: plotly's script is in it, compressed, and the browser unpacks it.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from plotly.offline import get_plotlyjs

from results.report.figure import ON_DARK, looks
from results.report.parts import Report
from results.store.files import replacing

DOI = re.compile(r"(?:doi:\s*|https?://(?:dx\.)?doi\.org/)(10\.\d{4,9}/[^\s,;]+[^\s,;.)])", re.IGNORECASE)


@dataclass(frozen=True)
class Written:
    """The page that was written: where, how large, and how many figures it holds."""

    file: Path
    size: int
    figures: int


def write(report: Report, file: Path) -> Written:
    """Write the page, whole or not at all.

    Parameters
    ----------
    report : results.report.parts.Report
    file : Path

    Raises
    ------
    OSError
        If it cannot be written.
    """
    text = render(report)
    with replacing(file) as temporary:
        temporary.write_text(text, encoding="utf-8")
    figures = sum(len(section.figures) for section in report.sections)
    return Written(file, len(text.encode("utf-8")), figures)


def render(report: Report) -> str:
    """The page as text."""
    plots = {}
    for section in report.sections:
        for place, shown in enumerate(section.figures):
            for number, panel in enumerate(shown.panels):
                plots[f"{section.anchor}-{place}-{number}"] = json.loads(panel.figure)
    environment = Environment(
        loader=PackageLoader("results.report", "page"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["linked"] = linked
    return environment.get_template("page.html.jinja").render(
        report=report,
        sections=[section for section in report.sections if section],
        looks={look.name: look for look in looks(report.groups)},
        on_dark=ON_DARK,
        plots=_inside_script(plots),
        palette=_inside_script(ON_DARK),
        style=Markup(_part("style.css")),
        script=Markup(_part("script.js")),
        library=Markup(_library()),
    )


def linked(text: str) -> Markup:
    """The text with its DOIs as links."""
    found, last = Markup(), 0
    for match in DOI.finditer(text):
        found += escape(text[last : match.start()])
        found += Markup('<a href="https://doi.org/{}" rel="noreferrer">doi:{}</a>').format(match[1], match[1])
        last = match.end()
    return found + escape(text[last:])


def _inside_script(content: Any) -> Markup:
    """JSON that cannot end the script element around it."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))


def _part(name: str) -> str:
    return resources.files("results.report").joinpath("page", name).read_text(encoding="utf-8")


@cache
def _library() -> str:
    """Plotly's script, compressed to a third, as text."""
    return base64.b64encode(gzip.compress(get_plotlyjs().encode("utf-8"), 9, mtime=0)).decode("ascii")
