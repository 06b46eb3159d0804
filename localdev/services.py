"""Lists what `make run` starts: servers, migrations, the product's processes and the sample orders."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from localdev.environment import Environment, data_dir
from localdev.postgres.server import PostgresServer
from localdev.processes.ports import HOST
from localdev.processes.probes import accepts, answers
from localdev.processes.program import Program, run_once
from localdev.processes.supervisor import Unit
from localdev.sample_orders import start_sample_orders
from localdev.settings import LocaldevSettings
from localdev.temporal import TemporalServer

_MANIFEST = Path(__file__).parent.parent / "manifest.yml"
_STOP_TIMEOUT = 25.0
"""Seconds. A worker lets its running activities finish, which normally takes less."""


def services(settings: LocaldevSettings, environment: Environment, say: Callable[[str], None]) -> list[Unit]:
    """Return the units in the order in which they are shown. `say` prints a message for the user."""
    data = data_dir(settings, real_slack=environment.real_slack)
    logs = settings.dir.absolute() / "logs"
    worker = partial(_worker, settings, environment, logs)
    units = [
        Unit(
            "PostgreSQL",
            PostgresServer(data / "postgres", port=settings.postgres_port, log=logs / "postgres.log"),
            ports=(settings.port("postgres_port"),),
        ),
        Unit(
            "Temporal",
            TemporalServer(
                log=logs / "temporal.log",
                port=settings.temporal_port,
                ui_port=settings.temporal_ui_port,
                db_file=data / "temporal.sqlite3",
                codec_endpoint=f"http://{HOST}:{settings.codec_port}" if environment.encrypted else None,
            ),
            layer=1,
            ports=(settings.port("temporal_port"), settings.port("temporal_ui_port")),
        ),
        Unit(
            "database schema",
            partial(
                run_once,
                "python -m db migrate",
                (sys.executable, "-m", "db", "migrate"),
                log=logs / "migrate.log",
                env=environment.migrations,
            ),
            after=frozenset({"PostgreSQL"}),
        ),
        worker("orchestration", "orchestration_health_port"),
        worker("bot", "bot_health_port"),
        Unit(
            "sample orders",
            partial(start_sample_orders, data, logs / "samples.log", environment, say),
            # No worker is needed yet: Temporal keeps the orders until one runs. They wait for PostgreSQL only
            # so that its first start has the processor.
            after=frozenset({"Temporal", "PostgreSQL"}),
        ),
    ]
    if not environment.real_slack:
        units.insert(2, _simulator(settings, environment, data, logs))
    if environment.encrypted:
        units.append(_codec_server(settings, environment, logs))
    return units


def _simulator(settings: LocaldevSettings, environment: Environment, data: Path, logs: Path) -> Unit:
    port = settings.slack_port
    argv = [
        *(sys.executable, "-m", "localdev.slack", "--port", str(port), "--rate-limits"),
        *("--state", str(data / "slack.sqlite3")),
        *("--manifest", str(_MANIFEST)),
    ]
    program = Program(
        "The Slack simulator", argv, log=logs / "slack.log", ready=answers(port), env=environment.variables
    )
    return Unit("Slack simulator", program, layer=2, ports=(settings.port("slack_port"),))


def _codec_server(settings: LocaldevSettings, environment: Environment, logs: Path) -> Unit:
    """Return the server that decrypts payloads for Temporal's Web UI."""
    name = "orchestration.codec_server"
    program = Program(
        f"python -m {name}",
        (sys.executable, "-m", name),
        log=logs / "codec.log",
        ready=partial(accepts, settings.codec_port),
        env=environment.variables,
    )
    return Unit("codec endpoint", program, layer=2, ports=(settings.port("codec_port"),))


def _worker(
    settings: LocaldevSettings, environment: Environment, logs: Path, name: str, port_setting: str
) -> Unit:
    """Return one of the product's processes, started with the same command as in production."""
    port = settings.port(port_setting)
    program = Program(
        f"python -m {name}",
        (sys.executable, "-m", name),
        log=logs / f"{name}.log",
        ready=answers(port.number, "/readyz"),
        env=environment.with_health_port(port.number),
        stop_timeout=_STOP_TIMEOUT,
    )
    slack = () if environment.real_slack else ("Slack simulator",)
    needed = frozenset({"Temporal", "database schema", *slack})
    return Unit(name, program, after=needed, layer=3, ports=(port,))
