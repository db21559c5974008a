"""Brian2 on its slow target, and as it was afterwards."""

import brian2 as b2
import pytest


@pytest.fixture
def numpy_target():
    """Small networks without a compiler, in a scope of their own."""
    b2.start_scope()
    b2.device.reinit()
    b2.device.activate()
    before = b2.prefs.codegen.target
    b2.prefs.codegen.target = "numpy"
    b2.seed(3)
    yield
    b2.prefs.codegen.target = before
