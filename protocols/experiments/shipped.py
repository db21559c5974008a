"""The texts of experiments, studies and other files that come with the package, without reading what they say."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

from protocols.errors import InputError, cut, nearest, read_text

EXPERIMENTS, STUDIES = "protocols.experiments", "protocols.studies"
OPTIMISATIONS, DESIGNS = "protocols.optimisation", "protocols.design"
"""The folders of each kind of file."""


def shipped(folder: str = EXPERIMENTS) -> list[str]:
    """Names of the experiments, or of another kind of file, that come with the package; not those for others."""
    files = resources.files(folder).iterdir()
    return sorted(file.name.removesuffix(".toml") for file in files if re.fullmatch(r"[^_].*\.toml", file.name))


def source(name: str | Path) -> str:
    """Text of a shipped experiment, or of a file.

    Raises
    ------
    InputError
        If there is no such experiment, or the file cannot be read.
    """
    path = Path(name)
    if path.suffix != ".toml" and len(path.parts) == 1:
        if str(name) not in shipped():
            raise InputError(f"no experiment '{cut(str(name))}'{nearest(str(name), shipped())}; or give a FILE.toml")
        return resources.files(EXPERIMENTS).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return read_text(path)


def locate(study: str | Path, folder: str = STUDIES, what: str = "study") -> Path:
    """The file of a shipped study, or of another kind of file in its folder, or a file as it is named.

    Raises
    ------
    InputError
        If a plain name is not one of the shipped ones.
    """
    path = Path(study)
    if path.suffix == ".toml" or len(path.parts) != 1:
        return path
    if str(study) not in (known := shipped(folder)):
        raise InputError(f"no {what} '{cut(str(study))}'{nearest(str(study), known)}; or give a FILE.toml")
    return Path(str(resources.files(folder).joinpath(f"{study}.toml")))
