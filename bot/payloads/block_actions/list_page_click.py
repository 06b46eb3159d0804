"""Reads a click on the "Next page" button of a list of orders."""

from bot.ids import ActionId, PageValue
from bot.payloads.origin import check_origin
from bot.payloads.schemas import ButtonActions, PayloadRefused, ResponseUrl, Schema, SlackId, read, read_json
from bot.web_api.identity import Identity


class ListPageClick(Schema):
    """A request for a page of a list. The list is an ephemeral message, replaced through `response_url`."""

    value: PageValue
    user: SlackId
    response_url: ResponseUrl


def parse_list_page_click(body: object, identity: Identity | None = None) -> ListPageClick:
    """Read the click. Raises PayloadRefused."""
    payload = read(ButtonActions, body)
    check_origin(payload, identity)
    button = payload.actions[0]
    if button.action_id is not ActionId.LIST_MORE or payload.response_url is None:
        raise PayloadRefused("not the button of a list")
    value = read_json(PageValue, button.value, "the button's value")
    return ListPageClick(value=value, user=payload.user.id, response_url=payload.response_url)
