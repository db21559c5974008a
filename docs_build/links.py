"""Links of documents: each leads to a file of the repository, and in the site to the page that shows it.

A document is read in two places, in the repository and in the site. It links to files that the repository has. In
the site such a link leads to the page made from that file. A file without a page is named without a link.
"""

from __future__ import annotations

import posixpath
import re

from docs_build.text import ROOT

PAGES = {
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "README.md": "index.md",
    "results/evidence/evidence.toml": "evidence.md",
    "synapses/drugs.toml": "drugs.md",
    "synapses/regions.toml": "regions.md",
    "protocols/experiments": "experiments.md",
    "circuit/parameters.py": "parameters.md",
    "protocols/cli": "commands.md",
    "benchmarks/results.json": "benchmarks.md",
    "circuit/wiring/presets.toml": "description/corticoaccumbens.md",
    "circuit/wiring/corticostriatal.toml": "description/corticostriatal.md",
    "docs_build/bench": "bench.html",
    "corticostriatal.py": "reference/corticostriatal.md",
    **{
        f"{package}/__init__.py": f"reference/{package}.md"
        for package in ("synapses", "circuit", "protocols", "results")
    },
}
"""File or folder of the repository -> the page of the site that is made from it."""
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^()\s#:]*)(#[^()\s]*)?\)")
FENCED = re.compile(r"(```.*?```)", re.DOTALL)


def targets(markdown: str) -> list[str]:
    """The files that a document links to, as it writes them; without addresses and without places within itself."""
    return [target for _, _, target, _ in LINK.findall(FENCED.sub("", markdown)) if target]


def in_site(markdown: str, home: str, place: str) -> str:
    """A document with its links as the site has them.

    Parameters
    ----------
    markdown : str
    home : str
        The folder of the document in the repository; empty for its root.
    place : str
        The folder of its page in the site; empty for its root.
    """

    def turned(found: re.Match[str]) -> str:
        picture, words, target, anchor = found[1], found[2], found[3], found[4] or ""
        if not target:
            return found[0]
        file = posixpath.normpath(posixpath.join(home, target))
        page = PAGES.get(file) or (file.removeprefix("docs/") if file.startswith("docs/") else None)
        if page is None:
            return words
        return f"{picture}[{words}]({posixpath.relpath(page, place or '.')}{anchor})"

    pieces = FENCED.split(markdown)
    return "".join(piece if piece.startswith("```") else LINK.sub(turned, piece) for piece in pieces)


def documents() -> dict[str, str]:
    """Every document that is read in the repository, by its place."""
    found = [*sorted((ROOT / "docs").rglob("*.md")), *sorted(ROOT.glob("*.md")), ROOT / "findings" / "README.md"]
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in found}
