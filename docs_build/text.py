"""Tables and links of the generated pages, in Markdown."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
_DOI = re.compile(r"doi:\s?(10\.\d{4,}/[^\s;,|]+)")


def linked(text: str) -> str:
    """Text with every DOI as a link."""

    def link(found: re.Match[str]) -> str:
        name, rest = found.group(1), ""
        while name and (name[-1] in ".:" or (name[-1] == ")" and name.count("(") < name.count(")"))):
            name, rest = name[:-1], name[-1] + rest
        return f"[doi:{name}](https://doi.org/{quote(name, safe='/.:-_')}){rest}"

    return _DOI.sub(link, text)


def cell(content: object) -> str:
    """One cell of a table: no line breaks, no bars, no tags; DOIs as links. Text in backticks stays as it is."""
    pieces = re.split(r"(`[^`]*`)", " ".join(str(content).split()))
    return "".join(p if p.startswith("`") else linked(p.replace("|", "\\|").replace("<", "&lt;")) for p in pieces)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; cells that are MathML already pass through."""
    lines = [f"| {' | '.join(columns)} |", f"|{' --- |' * len(columns)}"]
    for row in rows:
        lines.append(f"| {' | '.join(str(c) if str(c).startswith('<math') else cell(c) for c in row)} |")
    return "\n".join(lines) + "\n"


def folded(title: str, content: str) -> str:
    """A block of a page that opens at a click: long tables leave the page short."""
    inside = "\n".join(f"    {line}" if line else "" for line in content.splitlines())
    return f'??? abstract "{title}"\n\n{inside}\n'


def preface(name: str) -> str:
    """The text at the head of a generated page."""
    return (ROOT / "docs_build" / "prefaces" / f"{name}.md").read_text(encoding="utf-8")


def docstring(path: str) -> str:
    """The docstring of a module of this repository, read without importing it."""
    return ast.get_docstring(ast.parse((ROOT / path).read_text(encoding="utf-8"))) or ""


def prose(path: str) -> str:
    """A module's docstring as prose of a page."""
    return linked(docstring(path).replace("|", "\\|")) + "\n"
