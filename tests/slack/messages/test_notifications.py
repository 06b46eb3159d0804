"""Each notification reaches its thread, people and channels once, also if one of them cannot be reached."""

import contextlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.exceptions import ApplicationError

from bot.messages.activities import SlackActivities
from bot.web_api.errors import Remedy
from db.pool import Pool
from db.stores.delegations import PostgresDelegationStore
from localdev.slack.client import ControlError, WorkspaceClient
from localdev.slack.json_values import Json
from orchestration.contracts.slack import NotifyPeople, PostCard
from orchestration.domain.actor import Actor, ActorKind
from orchestration.domain.approval.delegations import DelegationGrant
from orchestration.domain.approval.gate import Answer, Gate, Question
from orchestration.domain.approval.notifications import Notification, NotificationKind
from orchestration.domain.card import order_card
from orchestration.domain.fields import MessageRef
from tests.slack.clock import let_time_pass
from tests.slack.people import ALICE, BOB, BOT_USER, CAROL, CHANNEL, FINANCE, NOW, pending
from tests.support.orders import an_order

UPDATES = "C0UPDATES"
POST = "chat.postMessage"


@pytest.fixture
async def card(activities: SlackActivities) -> MessageRef:
    """Of an order that waits for approval."""
    return await activities.post_card(PostCard(card_view=order_card(pending())))


def notification(
    card: MessageRef | None,
    kind: NotificationKind = NotificationKind.REMINDER,
    people: tuple[str, ...] = (ALICE,),
    *,
    number: int = 1,
    excluded: tuple[str, ...] = (),
    channels: tuple[str, ...] = (),
    **gate: object,
) -> NotifyPeople:
    """About the order of the card."""
    view = pending()
    view = view.model_copy(update={"gate": Gate.model_validate(dict(view.gate) | gate)})
    return NotifyPeople(
        card_view=order_card(view),
        card=card,
        notification=Notification(kind=kind, number=number, at=NOW),
        people=people,
        excluded=excluded,
        channels=channels,
    )


def question(text: str = "Which office?", answer: str | None = None, by: str = ALICE) -> Question:
    """Of Alice, answered by Bob."""
    asker = Actor(kind=ActorKind.SLACK_USER if by.startswith("U") else ActorKind.OPERATOR, id=by)
    said = Answer(by=Actor(kind=ActorKind.SLACK_USER, id=BOB), at=NOW, text=answer) if answer else None
    return Question(question_id="q-1", by=asker, at=NOW, text=text, answer=said)


async def thread(workspace: WorkspaceClient, card: MessageRef) -> list[Json]:
    """What was said under the card."""
    return (await workspace.messages(ALICE, CHANNEL, thread_ts=card.ts))[1:]


async def told(workspace: WorkspaceClient, user: str) -> list[Json]:
    """The direct messages that somebody got from the bot."""
    try:
        messages = await workspace.messages(user, "countersign")
    except ControlError as error:
        if error.status != 404:
            raise
        return []  # nobody has opened a direct message yet
    return [each for each in messages if each["user"] == BOT_USER]


async def fails(activities: SlackActivities, asked: NotifyPeople) -> ApplicationError:
    """Return what telling failed with."""
    with pytest.raises(ApplicationError) as failed:
        await activities.notify_people(asked)
    return failed.value


@pytest.mark.parametrize(
    ("kind", "words"),
    [(NotificationKind.REMINDER, "A reminder"), (NotificationKind.ESCALATION, "you are asked too")],
)
async def test_people_are_named_in_the_thread_and_told_directly(
    activities: SlackActivities,
    workspace: WorkspaceClient,
    card: MessageRef,
    kind: NotificationKind,
    words: str,
) -> None:
    """What it is about, and where the card is; never a whole channel."""
    await activities.notify_people(notification(card, kind, (ALICE, CAROL)))
    (said,) = await thread(workspace, card)
    assert words in said["text"]
    assert f"<@{ALICE}>, <@{CAROL}>: please have a look" in said["text"]
    for user in (ALICE, CAROL):
        (message,) = await told(workspace, user)
        assert words in message["text"]
        assert f"<#{CHANNEL}>" in message["text"]
        assert "1,200.00 EUR" in message["text"]
    assert await told(workspace, BOB) == []
    assert "<!" not in json.dumps([said, message]).replace("<!date", "")


async def test_an_escalation_is_told_to_its_channels_too(
    activities: SlackActivities, workspace: WorkspaceClient, card: MessageRef
) -> None:
    """Once."""
    asked = notification(card, NotificationKind.ESCALATION, (CAROL,), channels=(UPDATES,))
    await activities.notify_people(asked)
    await activities.notify_people(asked)
    (said,) = await workspace.messages(BOB, UPDATES)
    assert "Order ord-1 needs approval" in said["text"]


async def test_a_user_group_is_expanded_and_the_spared_are_left_out(
    activities: SlackActivities, workspace: WorkspaceClient, card: MessageRef
) -> None:
    """Finance are Alice and Carol; Alice has decided."""
    await activities.notify_people(notification(card, people=(FINANCE, CAROL), excluded=(ALICE,)))
    (said,) = await thread(workspace, card)
    assert ALICE not in said["text"]
    assert said["text"].count(f"<@{CAROL}>") == 1
    assert len(await told(workspace, CAROL)) == 1
    assert await told(workspace, ALICE) == []


async def test_nobody_to_remind_is_no_message(
    activities: SlackActivities, workspace: WorkspaceClient, card: MessageRef
) -> None:
    """All of them are spared, or are services and operators, whatever letter they begin with."""
    await activities.notify_people(notification(card, people=(FINANCE,), excluded=(FINANCE,)))
    await activities.notify_people(notification(card, people=("svc-import", "Ursula", "WEB_SHOP")))
    assert await thread(workspace, card) == []


async def test_without_a_card_people_are_told_directly(
    activities: SlackActivities, workspace: WorkspaceClient
) -> None:
    """It may still be on its way to Slack."""
    await activities.notify_people(notification(None))
    assert len(await told(workspace, ALICE)) == 1


async def test_a_second_try_says_nothing_twice(
    activities: SlackActivities, workspace: WorkspaceClient, card: MessageRef, pool: Pool
) -> None:
    """The answer to the second of three messages was lost; the next try finds it and goes on."""
    asked = notification(card, people=(ALICE, CAROL))
    await workspace.add_fault(kind="drop_after", method=POST, nth=2)
    assert (await fails(activities, asked)).type == Remedy.LOOK_FIRST
    await let_time_pass(pool)
    await activities.notify_people(asked)
    await activities.notify_people(asked)
    assert len(await thread(workspace, card)) == 1
    for user in (ALICE, CAROL):
        assert len(await told(workspace, user)) == 1


@pytest.mark.parametrize("method", ["conversations.open", POST])
@pytest.mark.parametrize("error", ["user_disabled", "cannot_dm_bot", "is_archived", "messages_tab_disabled"])
async def test_somebody_who_cannot_be_told_keeps_nobody_from_hearing(
    activities: SlackActivities, workspace: WorkspaceClient, card: MessageRef, method: str, error: str
) -> None:
    """The first of two direct messages is refused for good."""
    nth = 1 if method == "conversations.open" else 2  # the thread comes first
    await workspace.add_fault(kind="error", method=method, error=error, nth=nth)
    await activities.notify_people(notification(card, people=(ALICE, CAROL)))
    assert len(await thread(workspace, card)) == 1
    assert await told(workspace, ALICE) == []
    assert len(await told(workspace, CAROL)) == 1


async def test_a_group_that_is_gone_keeps_nobody_from_hearing(
    activities: SlackActivities, workspace: WorkspaceClient, card: MessageRef
) -> None:
    """Somebody deleted it in Slack."""
    await activities.notify_people(notification(card, people=("S0GONE", CAROL), excluded=("S0GONETOO",)))
    assert len(await told(workspace, CAROL)) == 1


@pytest.mark.parametrize("method", ["usergroups.users.list", "conversations.open", POST])
async def test_what_passes_is_tried_again(
    activities: SlackActivities, workspace: WorkspaceClient, card: MessageRef, method: str, pool: Pool
) -> None:
    """A rate limit, for as long as Slack says."""
    await workspace.add_fault(kind="rate_limited", method=method, retry_after=7)
    failure = await fails(activities, notification(card, people=(FINANCE,)))
    assert failure.type == Remedy.WAIT
    for _ in range(2):
        await let_time_pass(pool, 7)
        # Where two calls of one lane are to be made, the second has to wait for a turn of its own.
        with contextlib.suppress(ApplicationError):
            await activities.notify_people(notification(card, people=(FINANCE,)))
    assert len(await thread(workspace, card)) == 1
    assert len(await told(workspace, CAROL)) == 1


async def test_a_question_stands_in_the_thread_and_is_sent_with_a_button(
    activities: SlackActivities, workspace: WorkspaceClient, card: MessageRef
) -> None:
    """Words from outside are escaped."""
    asked = notification(
        card, NotificationKind.QUESTION, (BOB,), questions=(question("Why <!channel> & co?"),)
    )
    await activities.notify_people(asked)
    await activities.notify_people(asked)
    (said,) = await thread(workspace, card)
    (message,) = await told(workspace, BOB)
    for shown in (said, message):
        assert f"<@{ALICE}>" in shown["text"]
        assert "Why &lt;!channel&gt; &amp; co?" in shown["text"]
        assert "<!channel>" not in json.dumps(shown)
    assert f"<@{BOB}> is asked in a direct message" in said["text"]
    (button,) = [e for block in message["blocks"] if block["type"] == "actions" for e in block["elements"]]
    assert button["action_id"] == "order_answer"
    assert json.loads(button["value"])["question_id"] == "q-1"
    assert not any(block["type"] == "actions" for block in said["blocks"])


@pytest.mark.parametrize("people", [("svc-import",), ()])
async def test_a_question_to_a_service_says_that_nobody_can_be_asked(
    activities: SlackActivities, workspace: WorkspaceClient, card: MessageRef, people: tuple[str, ...]
) -> None:
    """Only in the thread."""
    asked = notification(
        card, NotificationKind.QUESTION, people, questions=(question(),), requester="svc-import"
    )
    await activities.notify_people(asked)
    (said,) = await thread(workspace, card)
    assert "svc-import, who is not in Slack: nobody can be asked here" in said["text"]
    assert len(await workspace.calls(POST)) == 2


async def test_a_question_that_nobody_is_asked_stands_in_the_thread_all_the_same(
    activities: SlackActivities, workspace: WorkspaceClient, card: MessageRef
) -> None:
    """And does not claim otherwise."""
    await activities.notify_people(notification(card, NotificationKind.QUESTION, (), questions=(question(),)))
    (said,) = await thread(workspace, card)
    assert f"<@{BOB}> is not asked in a direct message" in said["text"]


async def test_an_answer_stands_in_the_thread_and_reaches_the_asker(
    activities: SlackActivities, workspace: WorkspaceClient, card: MessageRef
) -> None:
    """With the question that it answers."""
    both = (question("Which floor?"), question("Which office?", "Kiel <3"))
    await activities.notify_people(
        notification(card, NotificationKind.ANSWER, (ALICE,), number=2, questions=both)
    )
    (said,) = await thread(workspace, card)
    (message,) = await told(workspace, ALICE)
    for shown in (said, message):
        assert f"<@{BOB}> answer" in shown["text"]
        assert "Question: Which office?" in shown["text"]
        assert "Answer: Kiel &lt;3" in shown["text"]
        assert "Which floor?" not in shown["text"]


async def test_an_answer_to_an_operator_stands_in_the_thread(
    activities: SlackActivities, workspace: WorkspaceClient, card: MessageRef
) -> None:
    """Who is not in Slack."""
    one = question(answer="Kiel", by="root@host")
    await activities.notify_people(
        notification(card, NotificationKind.ANSWER, ("root@host",), questions=(one,))
    )
    (said,) = await thread(workspace, card)
    assert "answers operator root@host" in said["text"]


@pytest.mark.parametrize("people", [(ALICE, CAROL), ()])
async def test_an_amendment_says_what_the_order_is_now(
    activities: SlackActivities, workspace: WorkspaceClient, card: MessageRef, people: tuple[str, ...]
) -> None:
    """To those who have to look again, and in the thread in any case."""
    asked = notification(card, NotificationKind.AMENDMENT, people, number=2, revision=2)
    changed = asked.card_view.model_copy(update={"order": an_order(ship_to="Kai <3>, Kiel")})
    await activities.notify_people(asked.model_copy(update={"card_view": changed}))
    said = await thread(workspace, card)
    assert len(said) == 1
    for user in people:
        said += await told(workspace, user)
    assert len(said) == 1 + len(people)
    for shown in said:
        assert "Order ord-1 was changed (revision 2)" in shown["text"]
        assert "is void" in shown["text"]
        assert "Now 1,200.00 EUR for Nordwind GmbH" in shown["text"]
        assert "Ship to: Kai &lt;3&gt;, Kiel" in shown["text"]


async def test_whoever_decides_for_a_colleague_is_reminded_too(
    activities: SlackActivities, workspace: WorkspaceClient, pool: Pool, card: MessageRef
) -> None:
    """Unless they are spared; a question to the requester is theirs alone."""
    now = datetime.now(UTC)
    for delegate, person in ((CAROL, ALICE), (BOB, "U0DAVE001")):
        await PostgresDelegationStore(pool).grant(
            DelegationGrant(
                delegation_id=f"{person}-{delegate}",
                person=person,
                delegate=delegate,
                since=now - timedelta(hours=1),
                until=now + timedelta(days=1),
                created_by="operator:ana",
            )
        )
    await activities.notify_people(notification(card))
    assert [len(await told(workspace, user)) for user in (ALICE, CAROL, BOB)] == [1, 1, 0]
    await activities.notify_people(notification(card, number=2, excluded=(CAROL,)))
    assert [len(await told(workspace, user)) for user in (ALICE, CAROL, BOB)] == [2, 1, 0]
    asked = notification(card, NotificationKind.QUESTION, (ALICE,), questions=(question(),))
    await activities.notify_people(asked)
    assert [len(await told(workspace, user)) for user in (ALICE, CAROL, BOB)] == [3, 1, 0]
