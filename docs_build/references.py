"""References made from the code: the command line, and the modules of each package."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import typer

from docs_build.text import ROOT, preface, table

PACKAGES = {
    "corticostriatal": "The public face: `import corticostriatal as cs`.",
    "synapses": "What happens at and around one synapse; imports nothing else of the project.",
    "circuit": "Cells, wiring, the network and the engines; imports `synapses`.",
    "protocols": "Stimulation, time lines, experiment files, batch runs, studies, the command line; imports all.",
    "results": "Store, measures, statistics, evidence, figures; imports nothing else of the project.",
}


def commands_page() -> str:
    """Every verb of the command line with its arguments and options."""
    from protocols.cli.main import app

    root: Any = typer.main.get_command(app)
    lines = [
        preface("commands"),
        table(("verb", "what it does"), ((f"[{n}](#{n})", _summary(c)) for n, c in root.commands.items())),
    ]
    for name, command in root.commands.items():
        given = [p for p in command.params if p.name != "help" and not getattr(p, "hidden", False)]
        arguments = " ".join(_shown(p) for p in given if p.param_type_name == "argument")
        lines += [
            f"## {name}\n",
            f"    corticostriatal {name} {arguments}\n".replace(" \n", "\n"),
            f"{_summary(command)}\n",
        ]
        if given:
            rows = [(f"`{_label(p)}`", _help(p), _default(p)) for p in given]
            lines.append(table(("argument or option", "meaning", "default"), rows))
    return "\n".join(lines)


def _summary(command: Any) -> str:
    return " ".join((command.help or "").split())


def _metavar(parameter: Any) -> str:
    return str(parameter.metavar or parameter.name.upper())


def _shown(parameter: Any) -> str:
    text = _metavar(parameter)
    return text if parameter.required or text.startswith("[") else f"[{text}]"


def _label(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return _shown(parameter)
    text = ", ".join(parameter.opts)
    return text if parameter.is_flag else f"{text} {_metavar(parameter)}"


def _help(parameter: Any) -> str:
    more = " May be repeated." if parameter.multiple else ""
    return (getattr(parameter, "help", None) or "") + more


def _default(parameter: Any) -> str:
    if parameter.required:
        return "needed"
    plain = isinstance(parameter.default, str | int | float) and not isinstance(parameter.default, bool)
    return f"`{parameter.default}`" if plain and parameter.default != "" else ""


def modules(package: str) -> list[str]:
    """Dotted names of the modules of a package that are not empty, in order."""
    folder = ROOT / package
    if not folder.is_dir():
        return [package]
    found = [path for path in sorted(folder.rglob("*.py")) if path.name != "__init__.py"]
    return [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in found]


def reexported(package: str) -> list[str]:
    """Dotted names of what a module offers from elsewhere, which its own docstrings do not show."""
    if (ROOT / package).is_dir():
        return []
    module = import_module(package)
    found = [getattr(module, name) for name in module.__all__]
    return [f"{one.__module__}.{one.__qualname__}" for one in found if getattr(one, "__module__", package) != package]


def reference_page(package: str) -> str:
    """A page on which mkdocstrings puts the docstrings of a package."""
    lines = [f"# {package}\n", PACKAGES[package] + "\n"]
    lines += [f"::: {name}\n" for name in modules(package)]
    lines += [f"::: {name}\n    options:\n      skip_local_inventory: true\n" for name in reexported(package)]
    return "\n".join(lines)
