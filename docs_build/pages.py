"""All generated pages, by their place in the site."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from docs_build import catalogues, description, references
from docs_build.text import ROOT, preface


def from_root(name: str) -> str:
    """A page at the root of the repository, with links that fit the site."""
    return re.sub(r"\]\(docs/", "](", (ROOT / name).read_text(encoding="utf-8"))


def front_page() -> str:
    """The first page: the README up to its section on starting, and links to the other pages."""
    opening, _, _ = from_root("README.md").partition("\n## Start")
    return opening + "\n" + preface("front")


GENERATED: dict[str, Callable[[], str]] = {
    "index.md": front_page,
    "changelog.md": partial(from_root, "CHANGELOG.md"),
    "contributing.md": partial(from_root, "CONTRIBUTING.md"),
    "description/corticoaccumbens.md": partial(description.page, "corticoaccumbens"),
    "description/corticostriatal.md": partial(description.page, "corticostriatal"),
    "parameters.md": catalogues.parameters_page,
    "evidence.md": catalogues.evidence_page,
    "drugs.md": catalogues.drugs_page,
    "regions.md": catalogues.regions_page,
    "experiments.md": catalogues.experiments_page,
    "benchmarks.md": catalogues.benchmarks_page,
    "commands.md": references.commands_page,
    **{f"reference/{package}.md": partial(references.reference_page, package) for package in references.PACKAGES},
}
