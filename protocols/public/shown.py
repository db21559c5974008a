"""How objects show themselves in a notebook: a table of text, and a figure as a small picture."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST = 40  # lines of a table
DOTS = 110  # per inch of a picture


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], title: str = "") -> str:
    """A table as HTML; lines beyond `MOST` are counted only."""
    lines = [list(map(str, row)) for row in rows]
    left = len(lines) - MOST
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in line)}</tr>" for line in lines[:MOST])
    more = f"<p>and {left} more</p>" if left > 0 else ""
    said = f"<p><b>{escape(title)}</b></p>" if title else ""
    return f"{said}<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def showing(figure: Figure) -> Figure:
    """A figure that shows itself in a notebook, where no backend of pyplot does it."""
    setattr(figure, "_repr_png_", lambda: _png(figure))  # noqa: B010  # IPython asks for it by this name
    return figure


def _png(figure: Figure) -> bytes:
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=DOTS)
    return file.getvalue()


def picture(figure: Figure, width: int = 480) -> str:
    """A figure as a small PNG within HTML."""
    data = base64.b64encode(_png(figure)).decode()
    return f'<img alt="figure" width="{width}" src="data:image/png;base64,{data}">'
