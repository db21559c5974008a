"""Lines of prose of a written page, of a length that can be read in a repository."""

from __future__ import annotations

import re
from textwrap import fill

LONGEST = 160  # letters
_ITEM = re.compile(r"[*-] |\d+\. |> ")


def wrapped(markdown: str) -> str:
    """The page with its long lines of prose broken; tables, code, headings and pictures stay as they are."""
    found, fenced = [], False
    for line in markdown.split("\n"):
        fenced ^= line.startswith("```")
        if len(line) <= LONGEST or fenced or line.startswith(("|", "    ", "#", "!", "<")):
            found.append(line)
            continue
        item = _ITEM.match(line)
        further = "" if item is None else "> " if item[0] == "> " else " " * len(item[0])
        found.append(fill(line, LONGEST, subsequent_indent=further, break_long_words=False, break_on_hyphens=False))
    return "\n".join(found)
