"""What `make run` starts, as data."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from localdev.environment import Environment, data_dir
from localdev.health import answers
from localdev.postgres import PostgresServer
from localdev.program import Program, run_once
from localdev.samples import start_samples
from localdev.settings import LocaldevSettings
from localdev.supervisor import Unit
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
            partial(start_samples, data, logs / "samples.log", environment, say),
            # Temporal keeps them until a worker is there. PostgreSQL's first start needs the processor more.
            after=frozenset({"Temporal", "PostgreSQL"}),
        ),
    ]
    if not environment.real_slack:
        units.insert(2, _simulator(settings, environment, data, logs))
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
