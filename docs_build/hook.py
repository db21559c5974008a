"""MkDocs calls this: it adds the generated pages and turns links that leave the folder of documents."""

from __future__ import annotations

import os
import sys
import tomllib
import warnings
from pathlib import Path
from typing import Any


def on_config(config: Any) -> Any:
    """Name the version in the foot of every page, and the repository where the address is known."""
    project = tomllib.loads((Path(__file__).resolve().parent.parent / "pyproject.toml").read_text(encoding="utf-8"))
    config.copyright = f"corticostriatal {project['project']['version']}, BSD 3-Clause"
    if address := os.environ.get("REPOSITORY"):
        config.repo_url = address
    return config


def on_files(files: Any, config: Any) -> Any:
    """Add the generated pages."""
    from mkdocs.structure.files import File

    root = str(Path(__file__).resolve().parent.parent)
    if root not in sys.path:  # MkDocs puts the path back once this file is loaded
        sys.path.insert(0, root)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of Brian2's parser, not of a page
        from docs_build.pages import GENERATED

        for place, write in GENERATED.items():
            files.append(File.generated(config, place, content=write()))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Documents link to files of the repository; in the site to the pages that show them."""
    from docs_build.links import in_site

    if page.file.generated_by is not None:  # its links are those of the site
        return markdown
    place = page.file.src_uri.rpartition("/")[0]
    return in_site(markdown, f"docs/{place}".rstrip("/"), place)
