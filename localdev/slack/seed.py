"""The workspace at the first start. Other code and the docs use these ids, so do not change them."""

from localdev.slack.workspace.models import App, Channel, Seed, SlashCommand, User, UserGroup

_HUMANS = ("U0ALICE01", "U0BOB0001", "U0CAROL01")
_BOT = "U0BOTUSER"
_EVERYONE = (*_HUMANS, _BOT)


def demo() -> Seed:
    """Return a workspace with three people, three channels, a user group and the app `countersign`."""
    return Seed(
        team_id="T0TEAM001",
        domain="acme",
        team_name="Acme",
        app=App(
            id="A0APP0001",
            name="countersign",
            bot_user_id=_BOT,
            bot_id="B0BOT0001",
            bot_token="xoxb-localdev-countersign",  # noqa: S106 - a demo token, worthless outside the simulator
            app_token="xapp-1-A0APP0001-localdev",  # noqa: S106 - the same
            commands=(
                SlashCommand(
                    command="/order", description="Ask about orders", usage_hint="help | status <id>"
                ),
            ),
        ),
        users=(
            User(
                id="U0ALICE01",
                name="alice",
                real_name="Alice Ames",
                title="Finance lead",
                email="alice@acme.example",
                is_admin=True,
            ),
            User(
                id="U0BOB0001",
                name="bob",
                real_name="Bob Byrne",
                title="Sales",
                email="bob@acme.example",
                tz="America/New_York",
                tz_label="Eastern Standard Time",
                tz_offset=-18000,
            ),
            User(
                id="U0CAROL01",
                name="carol",
                real_name="Carol Chen",
                title="Finance",
                email="carol@acme.example",
                tz="Asia/Singapore",
                tz_label="Singapore Standard Time",
                tz_offset=28800,
            ),
            User(
                id=_BOT,
                name="countersign",
                real_name="Countersign",
                is_bot=True,
                app_id="A0APP0001",
                bot_id="B0BOT0001",
            ),
        ),
        channels=(
            Channel(
                id="C0APPROVE", name="approvals", members=_EVERYONE, topic="Orders that wait for approval"
            ),
            Channel(id="C0UPDATES", name="order-updates", members=_EVERYONE, topic="News about orders"),
            Channel(
                id="C0GENERAL", name="general", members=_HUMANS, topic="Everything else", is_general=True
            ),
        ),
        groups=(
            UserGroup(id="S0FINANCE", handle="finance", name="Finance", users=("U0ALICE01", "U0CAROL01")),
        ),
    )
