"""All generated pages, by their place in the site."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from docs_build import catalogues, description, references
from docs_build.bench import page as bench
from docs_build.links import in_site
from docs_build.text import ROOT, preface


def from_root(name: str) -> str:
    """A page at the root of the repository, with links that fit the site."""
    return in_site((ROOT / name).read_text(encoding="utf-8"), "", "")


def front_page() -> str:
    """The first page: the README without its badges, and links to the other pages."""
    opening, _, _ = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## More")
    plain = "\n".join(line for line in opening.splitlines() if not line.startswith("[!["))
    return in_site(plain, "", "") + "\n" + preface("front")


def _later_in_searches(write: Callable[[], str]) -> str:
    """A page of tables, which a search names after pages that say things in sentences."""
    return f"---\nsearch:\n  boost: 0.2\n---\n\n{write()}"


TABLES: dict[str, Callable[[], str]] = {
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
GENERATED: dict[str, Callable[[], str]] = {
    "index.md": front_page,
    "changelog.md": partial(from_root, "CHANGELOG.md"),
    "contributing.md": partial(from_root, "CONTRIBUTING.md"),
    "bench.html": bench.page,
    **{place: partial(_later_in_searches, write) for place, write in TABLES.items()},
}
