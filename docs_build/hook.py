"""MkDocs calls this: it adds the generated pages and turns links that leave the folder of documents."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import Any


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


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Documents link to files at the root of the repository; in the site these are pages beside them."""
    return markdown.replace("](../CHANGELOG.md)", "](changelog.md)").replace(
        "](../CONTRIBUTING.md)", "](contributing.md)"
    )
