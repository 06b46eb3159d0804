"""The parser of `/order delegate`, and the answers to the command."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands.delegate_command import (
    Delegate,
    DelegateCommand,
    DelegateOff,
    InvalidDelegate,
    InvalidDelegateReason,
    ShowDelegations,
)
from bot.commands.order_command import (
    MissingOrderId,
    Status,
    UnknownCommand,
    UnknownList,
    Word,
    parse_order_command,
)
from bot.views.delegation import complaint, delegated, delegations, ended, invalid, refused
from orchestration.domain.approval.delegations import DelegationGrant
from tests.unit.bot import strategies
from tests.unit.bot.slack_rules import check

CAROL = "U0CAROL01"


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("delegate", ShowDelegations()),
        ("Delegate  ", ShowDelegations()),
        (f"delegate <@{CAROL}|carol> until friday", Delegate(CAROL, "friday", None)),
        (f"delegate <@{CAROL}> until friday", Delegate(CAROL, "friday", None)),
        (f"delegate <@{CAROL}|carol chen> UNTIL Friday 14:00", Delegate(CAROL, "Friday 14:00", None)),
        (
            f"delegate <@{CAROL}> until 2026-12-24  14:00 for finance",
            Delegate(CAROL, "2026-12-24 14:00", "finance"),
        ),
        (f"delegate <@{CAROL}> for finance until 3d", Delegate(CAROL, "3d", "finance")),
        (f"delegate <@{CAROL}> until doomsday", Delegate(CAROL, "doomsday", None)),
        (f"delegate <@{CAROL}> until <https://x.example|x.example>", Delegate(CAROL, "x.example", None)),
        ("delegate off", DelegateOff(None)),
        ("delegate OFF for ops_2", DelegateOff("ops_2")),
        ("delegate off for", InvalidDelegate(InvalidDelegateReason.NO_PERSON, "off")),
        ("delegate off for <@U1|x>", InvalidDelegate(InvalidDelegateReason.NO_GROUP, "@x")),
        ("delegate @carol until friday", InvalidDelegate(InvalidDelegateReason.NO_PERSON, "@carol")),
        (
            f"delegate &lt;@{CAROL}&gt; until friday",
            InvalidDelegate(InvalidDelegateReason.NO_PERSON, f"<@{CAROL}>"),
        ),
        (
            "delegate <#C0APPROVE|approvals> until friday",
            InvalidDelegate(InvalidDelegateReason.NO_PERSON, "#approvals"),
        ),
        (
            "delegate <!subteam^S0FINANCE|@finance> until friday",
            InvalidDelegate(InvalidDelegateReason.USER_GROUP, "@finance"),
        ),
        (f"delegate <@{CAROL}>", InvalidDelegate(InvalidDelegateReason.NO_END, "")),
        (f"delegate <@{CAROL}> friday", InvalidDelegate(InvalidDelegateReason.NO_END, "friday")),
        (f"delegate <@{CAROL}> until", InvalidDelegate(InvalidDelegateReason.NO_END, "until")),
        (
            f"delegate <@{CAROL}> until friday for two words",
            InvalidDelegate(InvalidDelegateReason.NO_GROUP, "two words"),
        ),
        (
            f"delegate <@{CAROL}> until friday for &lt;b&gt;",
            InvalidDelegate(InvalidDelegateReason.NO_GROUP, "<b>"),
        ),
    ],
)
def test_understanding(text: str, asked: DelegateCommand) -> None:
    """A name that was picked from Slack's list brings its id; any other is asked for again."""
    assert parse_order_command(text) == asked


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("status ord-1", Status("ord-1")),
        ("status &lt;!channel&gt;", MissingOrderId(Word.STATUS, "<!channel>")),
        ("status a &amp;lt; b", MissingOrderId(Word.STATUS, "a &lt; b")),
        ("status <@U0CAROL01|carol>", MissingOrderId(Word.STATUS, "@carol")),
        ("list <#C0APPROVE|approvals>", UnknownList("#approvals")),
        ("<https://x.example>", UnknownCommand("<https://x.example>", ())),
    ],
)
def test_other_words_are_read_as_they_were_typed(text: str, asked: object) -> None:
    """Now that Slack escapes them."""
    assert parse_order_command(text) == asked


pieces = st.sampled_from(
    [
        "delegate",
        "off",
        "for",
        "until",
        "friday",
        "<@U0CAROL01|carol>",
        "<@",
        "|",
        ">",
        "<x|>",
        "&lt;",
        "@c",
        " ",
    ]
)


@given(st.lists(pieces, max_size=12), st.sampled_from(["", " "]))
def test_any_mixture_is_understood_somehow(many: list[str], between: str) -> None:
    """Never an exception; and a delegate always has an id."""
    asked = parse_order_command(between.join(many))
    assert not isinstance(asked, Delegate) or asked.to == CAROL


def a_granted(number: int = 1, group: str | None = None) -> DelegationGrant:
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    return DelegationGrant(
        delegation_id=f"d-{number}",
        person="U0ALICE01",
        delegate=CAROL,
        group=group,
        since=now,
        until=now + timedelta(days=number),
        created_by="slack_user:U0ALICE01",
    )


def test_what_was_set_is_said_with_its_end_in_the_readers_zone() -> None:
    """And under whose name they act, in the blocks and in the text."""
    message = delegated(a_granted(group="finance"), zone_known=True)
    check(message)
    for said in (
        f"<@{CAROL}> may now decide for you for finance",
        "<!date^",
        "under their own name",
        "is shown",
    ):
        assert said in message.text
        assert said in str(message.blocks)
    assert "UTC, so" not in message.text
    assert "in UTC" in delegated(a_granted(), zone_known=False).text


@settings(max_examples=60, deadline=None)
@given(strategies.words, st.sampled_from([0, 1, 400]))
def test_any_answer_is_one_that_slack_takes(words: str, count: int) -> None:
    """Ten thousand characters and 400 delegations included; nothing that was typed becomes markup."""
    for why in InvalidDelegateReason:
        check(invalid(InvalidDelegate(why, words)))
    check(complaint(words))
    check(refused(words))
    many = [a_granted(n % 300 + 1, "g" * 40) for n in range(count)]
    check(delegations(many, many))
    for number, group in product((0, 2), (None, "finance")):
        check(ended(number, group))


def test_ids_in_a_refusal_become_mentions() -> None:
    """The domain knows no other names."""
    assert refused("U0BOB0001 has delegated to U0ALICE01: no.").text == (
        "That is not possible. <@U0BOB0001> has delegated to <@U0ALICE01>: no."
    )
