"""Builds the modals of a card's menu and of the Answer button, and says why a modal was not opened."""

from typing import assert_never

from bot.block_kit.modals import modal, radio_input, text_input
from bot.block_kit.text import Json, context, plain, section
from bot.ids import AnswerValue, ButtonValue, CallbackId, FieldId, MenuChoice
from bot.payloads.view_submissions.private_metadata import AnswerModalMetadata, CardModalMetadata
from bot.views.sentences.decisions import SOMETHING_BROKE, maybe_opened, too_slow
from bot.web_api.open_modal import ModalFailure
from orchestration.domain.approval.decision import DecisionKind


def card_modal(metadata: CardModalMetadata) -> Json:
    """Build the modal for a choice from the menu, in which a note, reason or question is typed."""
    encoded, order = metadata.encode(), _about(metadata.value)
    match metadata.kind:
        case MenuChoice.APPROVE:
            note = text_input(FieldId.TEXT, "Note", optional=True, hint="It is kept with your decision.")
            return modal(CallbackId.APPROVE, encoded, "Approve with a note", "Approve", [order, note])
        case MenuChoice.CANCEL:
            cancel = f"Cancel {metadata.value.subject}"
            reason = text_input(FieldId.TEXT, "Reason", hint="It is kept with your decision.")
            return modal(CallbackId.CANCEL, encoded, "Cancel with a reason", cancel, [order, reason])
        case MenuChoice.ASK:
            hint = "It goes into the card's thread, and to whoever made the request."
            question = text_input(FieldId.TEXT, "What do you want to know?", hint=hint)
            return modal(CallbackId.ASK, encoded, "Ask for information", "Ask", [order, question])
        case MenuChoice.OVERRIDE:
            return modal(CallbackId.OVERRIDE, encoded, "Decide alone", "Decide alone", [order, *_override()])
        case _:
            assert_never(metadata.kind)


def answer_modal(metadata: AnswerModalMetadata) -> Json:
    """Build the modal in which a question is answered. The question is in the message with the button."""
    order = _about(metadata.value)
    hint = "It goes into the card's thread, and to whoever asked the question."
    answer = text_input(FieldId.TEXT, "Your answer", hint=hint)
    return modal(CallbackId.ANSWER, metadata.encode(), "Answer the question", "Send answer", [order, answer])


def error_modal(sentence: str) -> Json:
    """Build a modal that replaces another one and says what went wrong."""
    return {
        "type": "modal",
        "title": plain("That did not work"),
        "close": plain("Close"),
        "blocks": [section(plain(sentence))],
    }


def failure_sentence(failure: ModalFailure, retry: str) -> str:
    """Return the sentence for a modal that was not opened. `retry` says what to do, such as "click again"."""
    match failure:
        case ModalFailure.TRIGGER_EXPIRED:
            return too_slow(retry)
        case ModalFailure.NO_ANSWER:
            return maybe_opened(retry)
        case ModalFailure.REFUSED:
            return SOMETHING_BROKE
        case _:
            assert_never(failure)


def _about(value: ButtonValue | AnswerValue) -> Json:
    return section(plain(f"{value.subject.capitalize()} {value.order_id}"))


def _override() -> list[Json]:
    small = "For operators only. It counts whoever else has decided, and is shown everywhere as an override."
    words = {DecisionKind.APPROVE.value: "Approve", DecisionKind.CANCEL.value: "Cancel"}
    return [
        context(plain(small)),
        radio_input(FieldId.VERDICT, "Decision", words),
        text_input(FieldId.TEXT, "Reason", hint="It is kept with your decision."),
    ]
