"""What the commands say when something they need is missing or wrong."""

import uuid

import pytest
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client

from localdev.processes.ports import free_port
from orchestration.cli.exit_codes import ExitCode
from tests.integration.cli.conftest import Cli


async def test_an_unknown_order(cli: Cli) -> None:
    """Temporal and PostgreSQL both say so."""
    for command in (["query", "ord-none"], ["signal", "ord-none", "approve"], ["history", "ord-none"]):
        result = await cli(*command)
        assert result.exit_code == ExitCode.UNKNOWN_ORDER, result.output
        assert "ord-none" in result.stderr


async def test_a_database_that_is_away_is_named_without_its_password(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Address and setting, never the secret."""
    port = free_port()
    monkeypatch.setenv("DATABASE_URL", f"postgresql://me:sesame@127.0.0.1:{port}/shop")
    result = await cli("list")
    assert result.exit_code == ExitCode.UNANSWERED
    assert f"127.0.0.1:{port}" in result.stderr
    assert "DATABASE_URL" in result.stderr
    assert "sesame" not in result.output


async def test_a_wrong_database_url_is_named_without_its_password(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong setting is a usage error."""
    monkeypatch.setenv("DATABASE_URL", "mysql://me:sesame@127.0.0.1/shop")
    result = await cli("history", "ord-1")
    assert result.exit_code == ExitCode.USAGE
    assert "DATABASE_URL" in result.stderr
    assert "sesame" not in result.output


async def test_temporal_away_is_named(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Address and setting."""
    address = f"127.0.0.1:{free_port()}"
    monkeypatch.setenv("TEMPORAL_ADDRESS", address)
    result = await cli("start-workflow")
    assert result.exit_code == ExitCode.UNANSWERED
    assert f"Temporal at {address} cannot be reached" in result.stderr
    assert "TEMPORAL_ADDRESS" in result.stderr


async def test_an_unknown_namespace(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Temporal's own words, and no traceback."""
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "nowhere")
    result = await cli("start-workflow")
    assert result.exit_code == ExitCode.UNANSWERED
    assert "nowhere" in result.stderr


async def test_search_attributes_are_registered_once(
    cli: Cli, temporal_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a new namespace the first time does it and the second finds it done."""
    namespace = f"ns-{uuid.uuid4().hex[:8]}"
    request = RegisterNamespaceRequest(namespace=namespace)
    request.workflow_execution_retention_period.FromSeconds(86_400)
    await temporal_client.workflow_service.register_namespace(request)
    monkeypatch.setenv("TEMPORAL_NAMESPACE", namespace)
    first = await cli("register-search-attributes")
    assert first.exit_code == ExitCode.OK, first.output
    assert f"is registered now in namespace {namespace}" in first.stdout
    second = await cli("register-search-attributes")
    assert second.exit_code == ExitCode.OK
    assert "was registered already" in second.stdout
