"""What `make run` starts, as data."""

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
"""Seconds. A worker lets running activities finish; it is meant to need less than this."""


def services(settings: LocaldevSettings, environment: Environment, say: Callable[[str], None]) -> list[Unit]:
    """Return the units in the order in which they are shown. `say` takes a sentence for who watches."""
    data = data_dir(settings, real_slack=environment.real_slack)
    logs = settings.dir.absolute() / "logs"
    module = partial(_module, settings, environment, logs)
    infrastructure = {"Temporal", "database schema"} | (
        set() if environment.real_slack else {"Slack simulator"}
    )
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
        Unit(
            "orchestration",
            module("orchestration", "orchestration_health_port"),
            after=frozenset(infrastructure),
            layer=3,
            ports=(settings.port("orchestration_health_port"),),
        ),
        Unit(
            "bot",
            module("bot", "bot_health_port"),
            after=frozenset(infrastructure),
            layer=3,
            ports=(settings.port("bot_health_port"),),
        ),
        Unit(
            "sample orders",
            partial(start_sample_orders, data, logs / "samples.log", environment, say),
            # Temporal keeps them until a worker is there. PostgreSQL's first start needs the processor more.
            after=frozenset({"Temporal", "PostgreSQL"}),
        ),
    ]
    if not environment.real_slack:
        units.insert(2, _simulator(settings, environment, data, logs))
    if environment.encrypted:
        units.append(_codec_endpoint(settings, environment, logs))
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


def _codec_endpoint(settings: LocaldevSettings, environment: Environment, logs: Path) -> Unit:
    """What Temporal's Web UI shows encrypted payloads with."""
    name = "orchestration.codec_server"
    program = Program(
        f"python -m {name}",
        (sys.executable, "-m", name),
        log=logs / "codec.log",
        ready=partial(accepts, settings.codec_port),
        env=environment.variables,
    )
    return Unit("codec endpoint", program, layer=2, ports=(settings.port("codec_port"),))


def _module(
    settings: LocaldevSettings, environment: Environment, logs: Path, name: str, port_setting: str
) -> Program:
    """One of the product's processes, started as production starts it."""
    port = settings.port(port_setting).number
    return Program(
        f"python -m {name}",
        (sys.executable, "-m", name),
        log=logs / f"{name}.log",
        ready=answers(port, "/readyz"),
        env=environment.with_health_port(port),
        stop_timeout=_STOP_TIMEOUT,
    )
