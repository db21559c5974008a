"""The README is short, its blocks can be pasted whole, its score is that of the pages, and links lead somewhere."""

from __future__ import annotations

import os
import posixpath
import re
import shlex
import subprocess
import sys
from collections import Counter

import pytest

pytest.importorskip("latex2mathml", reason="needs the extra docs")

from benchmarks.prose import LONGEST
from docs_build.links import PAGES, documents, in_site, targets
from docs_build.pages import GENERATED
from docs_build.text import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
SHOWN = ("README.md", "docs/what_it_can_do.md", "docs/tutorial.md", "docs/how-to/figures.md", "docs/export.md")
INSTALLING = ("python3 -m venv", ".venv/bin/pip install", "source ", "pip install", "make ", "cd ")


def test_the_readme_is_read_at_one_sitting():
    lines = README.splitlines()
    assert len(lines) <= 120 and max(map(len, lines)) <= 100


def blocks(language):
    """Every block of a language, with the document that it stands in."""
    return [
        (place, text)
        for place in SHOWN
        for kind, text in BLOCK.findall((ROOT / place).read_text(encoding="utf-8"))
        if kind == language
    ]


def test_every_command_that_a_document_shows_is_one_that_the_command_line_takes():
    """With its own options; words that only explain stand behind a #."""
    import typer

    from protocols.cli.main import app

    root = typer.main.get_command(app)
    seen = 0
    for place, text in blocks("bash"):
        for line in text.splitlines():
            words = shlex.split(line, comments=True)
            if not words or line.startswith(INSTALLING):
                continue
            assert words[0].rpartition("/")[2] == "corticostriatal", (place, line)
            verb = root.commands[words[1]]
            assert not verb.make_context(words[1], words[2:], resilient_parsing=True).args, (place, line)
            seen += 1
    assert seen > 12


def test_what_the_readme_shows_runs_from_its_first_block_to_its_last(tmp_path):
    """With an engine that answers at once; the real one has tests of its own."""
    helpers = ROOT / "tests" / "helpers"
    environment = {
        **os.environ,
        "PYTHONPATH": f"{helpers}{os.pathsep}{ROOT}",
        "CORTICOSTRIATAL_PREPARE": "fake_engine:prepare",
        "CORTICOSTRIATAL_CONDUCT": "fake_engine:simulate",
    }

    def run(*words):
        return subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=600)

    ran = 0
    for language, text in BLOCK.findall(README):
        if language == "python":
            assert len([line for line in text.splitlines() if line]) == 6
            compile(text, "README.md", "exec")
            continue
        for line in text.splitlines():
            words = shlex.split(line, comments=True)
            if words[:1] == ["corticostriatal"]:
                done = run(sys.executable, "-m", "protocols.cli", *words[1:])
                assert done.returncode == 0, (line, done.stderr)
                ran += 1
    assert ran == 3 and (tmp_path / "first" / "measures.csv").is_file()


@pytest.mark.slow
@pytest.mark.compiled
def test_the_six_lines_run_and_print_a_table_of_five_groups(tmp_path):
    (text,) = (text for language, text in BLOCK.findall(README) if language == "python")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", text], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=1800
    )
    assert done.returncode == 0, done.stderr
    assert "HFS" in done.stdout and "LFS" in done.stdout
    groups = [line.split()[0] for line in done.stdout.splitlines()[-5:]]
    assert groups[:2] == ["control", "cocaine"] and groups[-1] == "cocaine+NAC+MPEP"  # as the experiment has them


PAGES_OF_VERDICTS = ("plasticity", "inactivation", "weeks")


def counted(page):
    """Use -> right, undecided and wrong of a page of verdicts, of the rows that count."""
    found = {}
    for line in (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) >= 9 and cells[2] in ("calibration", "informed", "prediction"):
            found.setdefault(cells[2], Counter())[cells[6]] += 1
    return {use: tuple(own[key] for key in ("right", "inconclusive", "wrong")) for use, own in found.items()}


@pytest.mark.parametrize("document", ["README.md", "docs/score.md"])
@pytest.mark.parametrize("page", PAGES_OF_VERDICTS)
def test_the_score_is_that_of_the_page_of_verdicts(document, page):
    text = (ROOT / document).read_text(encoding="utf-8")
    (line,) = (line for line in text.splitlines() if line.startswith("|") and f"{page}.md)" in line)
    cells = [cell.strip() for cell in line.strip("|").split("|")][2:]
    shown = {
        use: tuple(map(int, cell.split(" / ")))
        for use, cell in zip(("calibration", "informed", "prediction"), cells, strict=True)
        if cell != "-"
    }
    assert shown == counted(page)


def test_the_page_of_evidence_is_of_the_parameters_of_the_first_figure():
    import json

    stamp = json.loads((ROOT / "docs" / "figures" / "moussawi2009.json").read_text(encoding="utf-8"))
    page = (ROOT / "docs" / "plasticity.md").read_text(encoding="utf-8")
    assert re.search(r"Parameters: `(\w+)`", page)[1] == stamp["parameters"][:12]


def test_every_link_of_a_document_leads_to_a_file_of_the_repository():
    for place, text in documents().items():
        for target in targets(text):
            assert (ROOT / posixpath.normpath(posixpath.join(posixpath.dirname(place), target))).exists(), (
                place,
                target,
            )


def test_every_link_of_a_document_leads_to_a_page_of_the_site():
    there = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*") if path.is_file()}
    for place, text in documents().items():
        if not place.startswith("docs/"):
            continue
        home = posixpath.dirname(place)
        folder = home.removeprefix("docs").strip("/")
        for target in targets(in_site(text, home, folder)):
            assert posixpath.normpath(posixpath.join(folder, target)) in there | set(GENERATED), (place, target)


def test_files_that_have_a_page_exist_and_so_do_their_pages():
    for file, page in PAGES.items():
        assert (ROOT / file).exists() and page in GENERATED, file


def test_a_file_without_a_page_is_named_without_a_link():
    code = "```\n[kept](../LICENSE)\n```"
    text = f"See [the licence](../LICENSE), [`x`](../CONTRIBUTING.md) and ![a](figures/a.png).\n{code}"
    assert in_site(text, "docs", "") == (f"See the licence, [`x`](contributing.md) and ![a](figures/a.png).\n{code}")


@pytest.mark.parametrize("place", [place for place in documents() if place != "findings/README.md"])
def test_lines_of_prose_can_be_read_in_the_repository(place):
    fenced = False
    for line in documents()[place].splitlines():
        fenced ^= line.startswith("```")
        if not (fenced or line.startswith(("|", "    ", "<!--"))):
            assert len(line) <= LONGEST, line


def test_no_block_of_commands_explains_itself_in_columns():
    """Words beside a command are an error once they are pasted."""
    for place, text in documents().items():
        for line in text.splitlines():
            assert not re.match(r"    corticostriatal \S.*\S {3,}[a-z]", line), (place, line)


def test_pictures_of_documents_have_words_for_those_who_cannot_see_them():
    for place, text in documents().items():
        for words in re.findall(r"!\[([^\]]*)\]\(", text):
            assert len(words) > 15, place
