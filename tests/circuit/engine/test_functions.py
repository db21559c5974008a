"""The functions of the engine's C++: how far exp and log of single precision are from the truth, and random numbers."""

from __future__ import annotations

import subprocess

import numpy as np
import pytest

from circuit.engine import compiled
from circuit.engine.device import CodeObject

MAIN = """
#include "functions.h"
#include <cstdio>
template <typename T> void put(FILE *file, const T *values, size_t count) { fwrite(values, sizeof(T), count, file); }
int main()
{
    FILE *file = fopen("found", "wb");
    for (int k=0; k<200000; k++)
    {
        const corticostriatal::number x = -80 + 160*(corticostriatal::number)k/200000, y = std::exp(x);
        const double found[4] = {x, exponential(x), y, logarithm(y)};
        put(file, found, 4);
    }
    corticostriatal::seed(7);
    for (int k=0; k<200000; k++)
    {
        const double found[2] = {drawn_uniform(0), drawn_normal(0)};
        put(file, found, 2);
    }
    corticostriatal::seed(7);
    return fclose(file);
}
"""
pytestmark = [pytest.mark.compiled, pytest.mark.skipif(compiled.compiler() is None, reason="no C++ compiler")]


@pytest.fixture(scope="module", params=["single", "double"])
def found(request, tmp_path_factory):
    """Precision; x, exp(x), y and log(y); uniform and normal numbers."""
    folder = tmp_path_factory.mktemp(request.param)
    written = CodeObject.templater.functions(None, None, precision=request.param)
    (folder / "functions.h").write_text(written.h_file)
    (folder / "functions.cpp").write_text(written.cpp_file)
    (folder / "main.cpp").write_text(MAIN)
    subprocess.run(["g++", *compiled.FLAGS, "main.cpp", "functions.cpp", "-o", "main"], cwd=folder, check=True)
    subprocess.run(["./main"], cwd=folder, check=True)
    values = np.fromfile(folder / "found")
    return request.param, values[:800000].reshape(-1, 4).T, values[800000:].reshape(-1, 2).T


def test_exp_and_log_are_as_exact_as_their_precision(found):
    precision, (x, exponential, y, logarithm), _ = found
    allowed = {"single": 3e-7, "double": 1e-15}[precision]
    assert exponential == pytest.approx(np.exp(x), rel=allowed)
    assert logarithm == pytest.approx(np.log(y), rel=allowed, abs=allowed)


def test_random_numbers_are_uniform_and_normal_and_do_not_know_each_other(found):
    _, _, (uniforms, normals) = found
    error = 5 / np.sqrt(len(uniforms))
    assert 0 < uniforms.min() < uniforms.max() < 1
    assert uniforms.mean() == pytest.approx(0.5, abs=error * np.sqrt(1 / 12))
    counts, _ = np.histogram(uniforms, 64, (0, 1))
    assert np.sum((counts - len(uniforms) / 64) ** 2) / (len(uniforms) / 64) < 63 + 5 * np.sqrt(2 * 63)
    assert normals.mean() == pytest.approx(0, abs=error)
    assert normals.var() == pytest.approx(1, abs=error * np.sqrt(2))
    assert np.mean(normals**4) == pytest.approx(3, abs=error * np.sqrt(96))
    for values in (uniforms - 0.5, normals):
        for lag in (1, 2, 8, 16, 2048, 4096):
            assert np.corrcoef(values[:-lag], values[lag:])[0, 1] == pytest.approx(0, abs=error), lag
    assert np.corrcoef(uniforms, normals)[0, 1] == pytest.approx(0, abs=error)
