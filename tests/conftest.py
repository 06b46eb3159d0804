"""Fixtures for all tests: real servers, started only when a test asks for them. See tests/support/."""

from hypothesis import HealthCheck, settings

pytest_plugins = [
    "tests.support.databases",
    "tests.support.temporal",
    "tests.support.workspace",
]

# How long an example takes says how busy the machine is: no test passes or fails by that.
settings.register_profile("countersign", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("countersign")
