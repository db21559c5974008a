"""MkDocs calls this: it adds the generated pages and turns links that leave the folder of documents."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def on_files(files: Any, config: Any) -> Any:
    """Add the generated pages."""
    from mkdocs.structure.files import File

    from docs_build.pages import GENERATED

    for place, write in GENERATED.items():
        files.append(File.generated(config, place, content=write()))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Documents link to files at the root of the repository; in the site these are pages beside them."""
    return markdown.replace("](../CHANGELOG.md)", "](changelog.md)").replace(
        "](../CONTRIBUTING.md)", "](contributing.md)"
    )
