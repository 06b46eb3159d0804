"""Renders questions, answers and amendments for the card's thread and for direct messages."""

from bot.block_kit.text import (
    MAX_BUTTON,
    Json,
    Message,
    context,
    escape,
    is_user,
    join,
    mrkdwn,
    person,
    plain,
    section,
)
from bot.ids import ActionId, AnswerValue, BlockId
from bot.views.parts import approval_parts, order_parts
from orchestration.contracts.slack import NotifyPeople
from orchestration.domain.approval.gate import Question
from orchestration.domain.card import CardView


def question_in_thread(request: NotifyPeople, users: tuple[str, ...]) -> Message:
    """Show the question in the thread, and say who is asked to answer it."""
    question = question_of(request)
    first = f"❓ {approval_parts.who(question.by)} asks before deciding:"
    return _message(first, [question.text], [_who_is_asked(request.card_view.gate.requester, users)])


def question_to_requester(request: NotifyPeople) -> Message:
    """Show the question to the requester, with an Answer button."""
    question = question_of(request)
    view = request.card_view
    first = f"❓ {approval_parts.who(question.by)} has a question about {view.subject} {view.order_id}:"
    message = _message(first, [question.text], _about(request))
    button = _answer_button(request.card_view, question)
    return Message(text=f"{message.text}\nPress Answer to answer it.", blocks=[*message.blocks, button])


def answer_in_thread(request: NotifyPeople) -> Message:
    """Show the answer in the thread."""
    question = question_of(request)
    first = f"💬 {_answerer(question)} answers {approval_parts.who(question.by)}:"
    return _message(first, _question_and_answer(question), [])


def answer_to_asker(request: NotifyPeople) -> Message:
    """Show the answer to the approver who asked."""
    question = question_of(request)
    view = request.card_view
    first = f"💬 {_answerer(question)} answered your question about {view.subject} {view.order_id}:"
    return _message(first, _question_and_answer(question), _about(request))


def amendment(request: NotifyPeople) -> Message:
    """Show what an amendment has changed, and say that earlier approvals no longer count."""
    view = request.card_view
    first = (
        f"✏️ Order {view.order_id} was changed (revision {request.notification.number}). "
        "What was approved before is void: please look at it again."
    )
    now = []
    if view.order is not None:
        now = [
            f"Now {order_parts.amount(view.order)} for {view.order.customer}",
            f"Ship to: {view.order.ship_to}",
        ]
    return _message(first, now, _about(request))


def question_of(request: NotifyPeople) -> Question:
    """Return the question that a notification is about."""
    return request.card_view.gate.questions[request.notification.number - 1]


def _who_is_asked(requester: str, users: tuple[str, ...]) -> str:
    name = person(requester)
    if users:
        return f"{name} is asked in a direct message."
    if is_user(requester):
        return f"{name} is not asked in a direct message. It can be answered at the command line."
    return (
        f"This was asked for by {name}, who is not in Slack: nobody can be asked here. It can be answered at "
        "the command line."
    )


def _answerer(question: Question) -> str:
    return approval_parts.who(question.answer.by) if question.answer else "Somebody"


def _question_and_answer(question: Question) -> list[str]:
    answer = question.answer.text if question.answer else "-"
    return [f"Question: {question.text}", f"Answer: {answer}"]


def _about(request: NotifyPeople) -> list[str]:
    order = request.card_view.order
    lines = [] if order is None else [order_parts.summary(order, request.card_view.requested_by)]
    return [*lines, f"The card is in <#{request.card.channel}>."] if request.card else lines


def _answer_button(view: CardView, question: Question) -> Json:
    return {
        "type": "actions",
        "block_id": BlockId.ANSWER,
        "elements": [
            {
                "type": "button",
                "action_id": ActionId.ANSWER,
                "style": "primary",
                "text": plain("Answer", MAX_BUTTON),
                "accessibility_label": escape(f"Answer the question about order {view.order_id}", MAX_BUTTON),
                "value": AnswerValue(
                    subject=view.subject, order_id=view.order_id, question_id=question.question_id
                ).encode(),
            }
        ],
    }


def _message(first: str, outside: list[str], small: list[str]) -> Message:
    """`outside` is text from outside, which is escaped here. `first` and `small` are escaped already."""
    blocks = [section(mrkdwn(first)), *(section(plain(words)) for words in outside)]
    if small:
        blocks.append(context(mrkdwn("\n".join(small))))
    text = join([first, *(escape(words, 1500) for words in outside), *small])
    return Message(text=text, blocks=blocks)
