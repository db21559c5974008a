"""Who imports whom, as CONTRIBUTING.md shows it; and the places that documents name."""

import re
from pathlib import Path

import pytest

from docs_build.house import PAGE, PICTURE, drawn_from, house, page

ROOT = Path(__file__).parent.parent
PACKAGES = ("synapses", "circuit", "protocols", "results", "benchmarks", "docs_build", "tests")
DOCUMENTS = [ROOT / "README.md", PAGE, *(ROOT / "docs").rglob("*.md")]
AGAIN = "run python -m docs_build.house"


def test_the_picture_shows_the_imports_of_today():
    pytest.importorskip("grimp", reason="needs the extra dev")
    assert drawn_from(PICTURE.read_text(encoding="utf-8")) == house(), AGAIN


def test_the_table_of_rooms_has_the_rooms_of_today():
    text = PAGE.read_text(encoding="utf-8")
    assert page(text) == text, AGAIN


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_files_and_modules_that_a_document_names_exist(document):
    code = re.findall(r"`([^`\n]+)`", document.read_text(encoding="utf-8"))
    paths = [text for text in code if re.fullmatch(rf"({'|'.join(PACKAGES)}|docs|examples|findings)/[\w./-]*", text)]
    assert [path for path in paths if not (ROOT / path).exists()] == []
    names = [text for text in code if re.fullmatch(r"(protocols|results|synapses|benchmarks|docs_build)(\.\w+)+", text)]
    assert [name for name in names if not _there(name)] == []


def _there(name):
    """Whether a dotted name is a module, or stands in the one that it begins with."""
    place, rest = ROOT, name.split(".")
    while rest and ((place / rest[0]).is_dir() or (place / f"{rest[0]}.py").is_file()):
        place = place / rest.pop(0)
    if not rest:
        return True
    files = [place.with_suffix(".py")] if place.with_suffix(".py").is_file() else list(place.glob("*.py"))
    return any(re.search(rf"\b{rest[0]}\b", file.read_text(encoding="utf-8")) for file in files)
