"""Installs an app from its manifest file: slash commands, scopes, events, Home tab."""

from pathlib import Path

import yaml

from localdev.slack.events.event_types import SCOPE_OF_EVENT
from localdev.slack.json_values import Json
from localdev.slack.workspace.models import App, Seed, SlashCommand


class ManifestError(Exception):
    """The manifest cannot be used. The message says what is wrong and where."""


def install_app(seed: Seed, path: Path) -> Seed:
    """Return the seed with the app that the manifest (YAML or JSON) describes; raises ManifestError."""
    manifest = _read(path)
    app = _app(seed.app, manifest, path)
    about = manifest.get("display_information", {})
    bot = {"name": app.name, "real_name": str(about.get("name", app.name))}
    users = tuple(u.model_copy(update=bot) if u.id == app.bot_user_id else u for u in seed.users)
    return seed.model_copy(update={"app": app, "users": users})


def _read(path: Path) -> Json:
    try:
        manifest = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ManifestError(f"The manifest {path} cannot be read: {error.strerror}.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ManifestError(f"The manifest {path} is neither YAML nor JSON: {error}") from error
    if not isinstance(manifest, dict):
        raise ManifestError(f"The manifest {path} must be a mapping with `features`, `settings` and so on.")
    return manifest


def _app(app: App, manifest: Json, path: Path) -> App:
    features = _mapping(manifest, "features", path)
    settings = _mapping(manifest, "settings", path)
    home = _mapping(features, "app_home", path)
    scopes = _mapping(_mapping(manifest, "oauth_config", path), "scopes", path).get("bot") or []
    events = _mapping(settings, "event_subscriptions", path).get("bot_events") or []
    commands = features.get("slash_commands") or []
    if not settings.get("socket_mode_enabled"):
        raise ManifestError(
            f"{path}: settings.socket_mode_enabled must be true; only Socket Mode is simulated."
        )
    for event in events:
        needed = SCOPE_OF_EVENT.get(event)
        if event not in SCOPE_OF_EVENT:
            known = ", ".join(sorted(SCOPE_OF_EVENT))
            raise ManifestError(f"{path}: the event {event} is not simulated. Known are: {known}.")
        if needed is not None and needed not in scopes:
            raise ManifestError(f"{path}: the event {event} needs the bot scope {needed}.")
    if commands and "commands" not in scopes:
        raise ManifestError(f"{path}: slash commands need the bot scope commands.")
    return app.model_copy(
        update={
            "name": str(_mapping(features, "bot_user", path).get("display_name", app.name)),
            "commands": tuple(_command(one, path) for one in commands),
            "scopes": frozenset(scopes),
            "events": frozenset(events),
            "interactivity": bool(_mapping(settings, "interactivity", path).get("is_enabled")),
            "home_tab": bool(home.get("home_tab_enabled")),
            "messages_tab": bool(home.get("messages_tab_enabled", True)),
            "messages_tab_read_only": bool(home.get("messages_tab_read_only_enabled")),
        }
    )


def _command(command: object, path: Path) -> SlashCommand:
    if not isinstance(command, dict) or not str(command.get("command", "")).startswith("/"):
        raise ManifestError(f"{path}: each of features.slash_commands needs a `command` that begins with /.")
    return SlashCommand(
        command=command["command"],
        description=str(command.get("description", "")),
        usage_hint=str(command.get("usage_hint", "")),
        should_escape=bool(command.get("should_escape")),
    )


def _mapping(parent: Json, name: str, path: Path) -> Json:
    value = parent.get(name) or {}
    if not isinstance(value, dict):
        raise ManifestError(f"{path}: {name} must be a mapping.")
    return value
