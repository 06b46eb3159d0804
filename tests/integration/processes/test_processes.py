"""`python -m orchestration` with wrong settings, or before its servers are reachable."""

import socket

import pytest

from tests.support.process import ROOT, running_module

POLICY = {"APPROVAL_POLICY_FILE": str(ROOT / "localdev" / "approval-policy.toml")}
NOWHERE = "postgresql://countersign@127.0.0.1:9/countersign"


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"APPROVAL_POLICY_FILE": "nowhere.toml"}, "there is no approval policy at nowhere.toml"),
        ({"APPROVAL_POLICY_FILE": "/dev/null"}, "approval policy /dev/null cannot be used"),
        ({"FLAKY_ERROR_RATE": "2"}, "FLAKY_ERROR_RATE"),
        ({"DATABASE_URL": "mysql://root:hunter2@h/db"}, "DATABASE_URL"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT"),
        ({"SIMULATED_LEDGER": "/dev/null/ledger"}, "SIMULATED_LEDGER"),
    ],
)
async def test_a_wrong_setting_is_named_and_its_value_kept_quiet(
    settings: dict[str, str], named: str
) -> None:
    """A wrong setting gives one line and exit code 2, without traceback or password."""
    async with running_module("orchestration", **POLICY | settings) as process:
        code = await process.process.wait()
    assert code == 2
    assert named in process.output
    assert "Traceback" not in process.output
    assert "hunter2" not in process.output


async def test_a_taken_health_port_is_said() -> None:
    """The error names the setting to change."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        async with running_module("orchestration", HEALTH_PORT=port, **POLICY) as process:
            assert await process.process.wait() == 2
    assert f"HEALTH_PORT: cannot listen on 127.0.0.1:{port}" in process.output


async def test_it_waits_for_postgresql_and_says_so() -> None:
    """Without PostgreSQL the process is alive, not ready, and stops on SIGTERM."""
    async with running_module("orchestration", DATABASE_URL=NOWHERE, **POLICY) as process:
        await process.wait_for_line("waiting for PostgreSQL")
        body = await process.readiness()
        assert body["ready"] is False
        assert "not connected yet" in body["checks"]["database"]
        assert await process.stop() == 0


async def test_it_waits_for_temporal_and_says_so(database_url: str) -> None:
    """Without Temporal the process is not ready, and PostgreSQL is."""
    settings = POLICY | {"DATABASE_URL": database_url, "TEMPORAL_ADDRESS": "127.0.0.1:9"}
    async with running_module("orchestration", **settings) as process:
        await process.wait_for_line("waiting for Temporal")
        body = await process.readiness()
        assert body["checks"]["database"] == "ok"
        assert "not connected yet" in body["checks"]["temporal"]
        assert await process.stop() == 0


async def test_one_queue_alone(database_url: str, temporal_address: str) -> None:
    """`--queues` starts the workers of one task queue only."""
    settings = POLICY | {"DATABASE_URL": database_url, "TEMPORAL_ADDRESS": temporal_address}
    async with running_module(
        "orchestration", "--queues", "shipping", LOG_FORMAT="json", **settings
    ) as process:
        await process.ready()
        line = await process.wait_for_line('"workers started"')
        assert '"shipping"' in line.string
        assert '"order"' not in line.string
