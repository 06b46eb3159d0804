"""The operator's name."""

import getpass

import pytest

from orchestration.cli.options.actor import operator_name


@pytest.mark.parametrize(
    ("login", "name"),
    [("ana", "ana"), ("DOMAIN\\ana b", "DOMAIN-ana-b"), ("-x", "x"), ("é", "operator"), ("", "operator")],
)
def test_a_login_name_becomes_an_actor_id(login: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the system calls people, an operator has a name that is well formed."""
    monkeypatch.setattr(getpass, "getuser", lambda: login)
    assert operator_name() == name


def test_a_user_id_without_a_name_is_an_operator(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container."""

    def nameless() -> str:
        raise KeyError

    monkeypatch.setattr(getpass, "getuser", nameless)
    assert operator_name() == "operator"
