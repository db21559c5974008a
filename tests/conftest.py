"""Hypothesis without a clock; Brian2 on its slow target, and as it was afterwards."""

import brian2 as b2
import pytest
from hypothesis import HealthCheck, settings

# How long an example takes is the machine's affair. What time limits tests have otherwise only end what hangs.
settings.register_profile("no clock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("no clock")


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
