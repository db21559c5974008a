"""The pages of the documentation that are made from the code."""

from __future__ import annotations

import html
import math
import re
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("latex2mathml", reason="needs the extra docs")

from circuit.parameters import all_parameters
from circuit.wiring.plan import presets
from docs_build import catalogues, description, references
from docs_build.mathematics import latex, mathml, statements, symbol
from docs_build.network_objects import parts
from docs_build.pages import GENERATED
from docs_build.text import ROOT, cell, linked
from synapses.regions import regions

DOCS = ROOT / "docs"

numbers = st.sampled_from(["a", "b", "x", "2", "3"])
expressions = st.recursive(
    numbers,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda t: f"({t[0]}){t[1]}({t[2]})"),
        inner.map(lambda e: f"-({e})"),
        inner.map(lambda e: f"({e})**2"),
        inner.map(lambda e: f"sqrt(({e})**2)"),
    ),
    max_leaves=8,
)


def _read(formula: str) -> str:
    """Python of a formula in LaTeX, as a reader takes it: what stands in it and nothing else."""
    for latin, python in ((r"\left(", "("), (r"\right)", ")"), (r"\cdot", "*"), (r"\,", "*"), (r"\frac", "over")):
        formula = formula.replace(latin, python)
    return formula.replace(r"\sqrt", "sqrt").replace("^", "**").replace("{", "(").replace("}", ")")


@given(expressions)
def test_a_formula_says_what_the_code_computes(expression):
    names = {"a": 1.7, "b": -0.6, "x": 3.1, "sqrt": math.sqrt, "over": lambda above: lambda below: above / below}
    try:
        wanted = eval(expression, dict(names))
    except (ZeroDivisionError, OverflowError):
        return
    assert eval(_read(latex(expression)), dict(names)) == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("tau_AMPA", r"\tau_{\text{AMPA}}"),
        ("EC50_2/3", r"\text{EC50}_{\text{2/3}}"),
        ("[Mg]", r"\left[\text{Mg}\right]"),
        ("k", "k"),
    ],
)
def test_symbols_of_parameters(written, meant):
    assert symbol(written) == meant


def test_every_symbol_becomes_mathematics():
    for record in all_parameters():
        assert mathml(symbol(record.symbol)).startswith("<math")


def test_code_is_split_into_its_assignments():
    found = statements("v = reset; u += d")
    assert [(s.target, s.operator, s.expression) for s in found] == [("v", "=", "reset"), ("u", "+=", "d")]
    with pytest.raises(ValueError, match="not an assignment"):
        statements("v > 3")


def test_cells_of_tables_keep_bars_and_tags_as_text():
    assert cell("a | b <x>") == "a \\| b &lt;x>"
    assert cell("`NAME|FILE`, see") == "`NAME|FILE`, see"


def test_dois_become_links_and_brackets_stay_outside():
    assert linked("(Baker; doi:10.1038/nn1069).") == "(Baker; [doi:10.1038/nn1069](https://doi.org/10.1038/nn1069))."
    assert "S0896-6273%2804%2900159-X)" in linked("doi:10.1016/S0896-6273(04)00159-X")


@pytest.fixture(scope="module", params=list(presets()))
def described(request):
    return request.param, description.page(request.param)


def test_a_description_has_every_population_projection_and_parameter(described):
    name, text = described
    chosen = presets()[name].table
    for population in chosen.population:
        assert f"| {population.name.replace('_', ' ')} |" in text
    for row in chosen.projection:
        assert f"| {row.source.replace('_', ' ')} | {row.target.replace('_', ' ')} | {row.transmitter} |" in text
    groups = description.parameter_groups(name)
    for record in all_parameters():
        if record.group in groups:
            assert f"`{record.group}.{record.name}` | {record.value:.6g} |" in text


def test_a_description_has_every_line_that_is_simulated(described):
    name, text = described
    listed = re.sub(r"\s+", "", html.unescape(text))
    for part in parts(name):
        for equation in part.equations:
            if equation.expression:
                assert re.sub(r"\s+", "", equation.expression) in listed
        for code in part.codes:
            for line in code.text.splitlines():
                assert re.sub(r"\s+", "", line) in listed


def test_what_code_assigns_is_never_shown_as_a_parameter(described):
    name, _ = described
    for part in parts(name):
        for code in part.codes:
            if not code.occasion.endswith("when"):
                assert not {line.target for line in statements(code.text)} & set(part.symbols)


def test_every_parameter_that_an_object_declares_is_described(described):
    name, _ = described
    known = {record.name for record in all_parameters()}
    groups = description.parameter_groups(name)
    shown = {record.name for record in all_parameters() if record.group in groups}
    declared = {row.name for part in parts(name) for row in part.equations if row.shared}
    assert len(declared & known) > 50 and declared & known <= shown


def test_every_group_of_parameters_is_described_somewhere():
    used = {group for name in presets() for group in description.parameter_groups(name)}
    assert used == {record.group for record in all_parameters()}


def test_the_catalogues_have_every_row_of_the_data():
    evidence = tomllib.loads((ROOT / "results" / "evidence" / "evidence.toml").read_text(encoding="utf-8"))["evidence"]
    page = catalogues.evidence_page()
    assert all(f"| {row['id']} |" in page for row in evidence)
    drugs = tomllib.loads((ROOT / "synapses" / "drugs.toml").read_text(encoding="utf-8"))
    page = catalogues.drugs_page()
    assert all(f"| {name} |" in page for name in drugs)
    assert "## moussawi2009" in catalogues.experiments_page()
    assert all(f"\n## {name}\n" in catalogues.regions_page() for name in regions())


def test_the_command_reference_has_every_verb_and_option():
    page = references.commands_page()
    for verb in ("run", "validate", "sweep", "collect", "power", "rerun"):
        assert f"\n## {verb}\n" in page
    assert "`--set PATH=VALUE`" in page


def test_the_site_names_only_pages_that_exist_and_tables_hold_their_columns():
    config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    for place in re.findall(r": ([\w/-]+\.md)$", config, re.MULTILINE):
        assert place in GENERATED or (DOCS / place).is_file(), place
    for place, write in GENERATED.items():
        _check_tables(place, write())


def _check_tables(place: str, text: str) -> None:
    columns = None
    for line in text.splitlines():
        if not line.startswith("|"):
            columns = None
            continue
        number = len(re.findall(r"(?<!\\)\|", re.sub(r"`[^`]*`", "", line)))
        assert columns in (None, number), f"{place}: {line[:120]}"
        columns = number


def test_every_figure_has_its_picture_and_every_example_its_line():
    from results.figures import DRAWINGS

    page = (DOCS / "how-to" / "figures.md").read_text(encoding="utf-8")
    for name in DRAWINGS:
        assert f"### {name}\n" in page and (DOCS / "figures" / "gallery" / f"{name}.png").is_file()
    catalogue = (DOCS / "what_it_can_do.md").read_text(encoding="utf-8")
    for example in (ROOT / "examples").glob("[0-9]_*.py"):
        assert f"examples/{example.name}" in catalogue


def test_the_catalogue_has_every_experiment_and_every_verb():
    from protocols.cli.main import app
    from protocols.experiments.shipped import shipped

    catalogue = (DOCS / "what_it_can_do.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in catalogue for name in shipped())
    verbs = {command.name or command.callback.__name__ for command in app.registered_commands}
    verbs |= {group.name for group in app.registered_groups}
    said = set(re.findall(r"corticostriatal (\w+)", catalogue)) | {"show", "resume", "list", "collect"}
    assert verbs - said == set()


def test_the_python_reference_has_every_public_name():
    import corticostriatal as cs

    page = references.reference_page("corticostriatal")
    for name in cs.__all__:
        one = getattr(cs, name)
        elsewhere = getattr(one, "__module__", "corticostriatal") != "corticostriatal"
        assert not elsewhere or f"::: {one.__module__}.{one.__qualname__}\n" in page, name
    for package in ("synapses", "circuit", "protocols", "results"):
        page = references.reference_page(package)
        assert all(f"::: {module}\n" in page for module in references.modules(package))


def test_pages_of_tables_are_named_late_in_a_search():
    assert "boost: 0.2" in GENERATED["evidence.md"]() and "boost" not in GENERATED["index.md"]()


def test_the_page_of_findings_is_short_until_its_tables_are_opened():
    page = catalogues.evidence_page()
    assert not any(line.startswith("| ") for line in page.splitlines()) and page.count('??? abstract "') > 10
