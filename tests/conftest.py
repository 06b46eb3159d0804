"""Fixtures for all tests: real servers, started only when a test asks for them. See tests/support/."""

pytest_plugins = [
    "tests.support.databases",
    "tests.support.temporal",
    "tests.support.workspace",
]
