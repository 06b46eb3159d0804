"""Wrong settings of the bot are named, and their values are not shown."""

from pathlib import Path

import pytest

from bot.settings import BotSettings
from orchestration.settings import SettingsWrong, load

GOOD = {
    "SLACK_BOT_TOKEN": "xoxb-1-secret",
    "SLACK_APP_TOKEN": "xapp-1-secret",
    "SLACK_APPROVALS_CHANNEL": "C0APPROVE",
}


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("SLACK_API_URL", raising=False)


def test_three_settings_are_enough() -> None:
    """Slack's own address is the default."""
    settings = load(BotSettings)
    assert settings.slack_api_url == "https://slack.com/api/"
    assert "secret" not in repr(settings)


def test_a_url_gets_its_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK joins method names to it."""
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:8090/api")
    assert load(BotSettings).slack_api_url == "http://127.0.0.1:8090/api/"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SLACK_BOT_TOKEN", "xapp-secret", "must begin with xoxb-"),
        ("SLACK_BOT_TOKEN", "xoxb-secret with space", "without spaces"),
        ("SLACK_APP_TOKEN", "secret", "must begin with xapp-"),
        ("SLACK_APPROVALS_CHANNEL", "#approvals", "not its name"),
        ("SLACK_APPROVALS_CHANNEL", "approvals", "not its name"),
        ("SLACK_API_URL", "slack", "must be a URL"),
    ],
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str) -> None:
    """With what would be right, and without its value if that is a token."""
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsWrong, match=f"{name}: .*{said}") as wrong:
        load(BotSettings)
    assert "secret" not in str(wrong.value)


def test_a_missing_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them at once."""
    monkeypatch.delenv("SLACK_BOT_TOKEN")
    monkeypatch.delenv("SLACK_APP_TOKEN")
    with pytest.raises(SettingsWrong, match=r"SLACK_BOT_TOKEN: .*SLACK_APP_TOKEN: "):
        load(BotSettings)
