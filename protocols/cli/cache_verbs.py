"""The verbs about the cache of compiled circuits; `protocols.cli.main` takes them in."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from protocols.cli.options import Json, writable, write

cache = typer.Typer(help="The compiled circuits that are kept: what there is, and how to remove it.")


@cache.callback(invoke_without_command=True)
def show(context: typer.Context, json_file: Json = None) -> None:
    """Show the compiled circuits that are kept: structure, size, last use; and the bound on their size."""
    if context.invoked_subcommand is not None:
        return
    from circuit.engine import build_cache
    from protocols.cli.display import print_table
    from results.tables import Table

    writable(json_file)
    folder, limit = build_cache.cache_folder(), build_cache.limit()
    entries = build_cache.entries(folder)
    rows = [_row(entry) for entry in entries]
    if rows:
        shown = {"circuit": "circuit", "processor": "processor", "size": "shown", "last used": "used"}
        shown |= {"state": "state", "key": "key"}
        print_table(Table(tuple(shown), tuple(tuple(row[name] for name in shown.values()) for row in rows)))
    total = sum(entry.size for entry in entries)
    animals, held = build_cache.animals(folder)
    taken = f"{build_cache.shown_size(total)} of {build_cache.shown_size(limit)}"
    print(f"{len(rows)} compiled circuits, {taken}, in {folder}")
    if animals:
        print(
            f"{animals} kept states of animals that learnt, {build_cache.shown_size(held)}, are not counted or removed"
        )
    document = {"folder": str(folder), "bytes": total, "limit_bytes": limit, "animals": animals, "animal_bytes": held}
    write(json_file, document | {"rows": [{k: v for k, v in row.items() if k != "shown"} for row in rows]})


@cache.command()
def clear(
    older_than: Annotated[
        str | None, typer.Option("--older-than", metavar="DURATION", help="Only those unused for as long: 30d, '12 h'.")
    ] = None,
    down_to: Annotated[
        str | None, typer.Option("--down-to", metavar="SIZE", help="Only until the rest takes at most this: '200 MB'.")
    ] = None,
    json_file: Json = None,
) -> None:
    """Remove compiled circuits, the one used longest ago first; one that is in use stays."""
    from circuit.engine import build_cache
    from protocols.errors import InputError
    from protocols.quantities import quantity

    writable(json_file)
    since = keep = None
    if older_than is not None:
        try:
            age = quantity(older_than, "duration").si
        except InputError as problem:
            raise InputError(f"--older-than: {problem}") from None
        if age < 0:
            raise InputError(f"--older-than: {older_than} is not allowed: a duration of 0 s or more")
        since = time.time() - age
    if down_to is not None:
        try:
            keep = build_cache.size_of(down_to)
        except build_cache.SizeError as problem:
            raise InputError(f"--down-to: {problem}") from None
    folder = build_cache.cache_folder()
    removed, busy = build_cache.clear(folder, since, keep)
    freed = sum(entry.size for entry in removed)
    print(f"removed {len(removed)} compiled circuits, {build_cache.shown_size(freed)}, from {folder}")
    for entry in busy:
        print(f"kept {entry.circuit} ({entry.folder.name}): a process uses it", file=sys.stderr)
    kept = [entry.folder.name for entry in busy]
    write(json_file, {"removed": [entry.folder.name for entry in removed], "freed_bytes": freed, "in_use": kept})


def _row(entry: Any) -> dict[str, Any]:
    from circuit.engine.build_cache import shown_size

    state = "in use" if entry.in_use else "whole" if entry.whole else "broken: will be built again"
    used = datetime.fromtimestamp(entry.used, UTC).strftime("%Y-%m-%d %H:%M UTC")
    return {
        "circuit": entry.circuit, "processor": entry.processor, "bytes": entry.size, "shown": shown_size(entry.size),
        "used": used, "state": state, "key": entry.folder.name,
    }  # fmt: skip


def add_to(app: typer.Typer) -> None:
    """Give the command line these verbs."""
    app.add_typer(cache, name="cache")
