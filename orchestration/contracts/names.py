"""Names that other programs may use: task queues, workflow types and ids, signals, queries."""

from orchestration.domain.policy.approval_policy import Subject

ORDER_TASK_QUEUE = "order-tq"
SHIPPING_TASK_QUEUE = "shipping-tq"
SLACK_TASK_QUEUE = "slack-tq"

ORDER_WORKFLOW = "OrderWorkflow"
SHIPPING_WORKFLOW = "ShippingWorkflow"
REFUND_WORKFLOW = "RefundWorkflow"

APPROVE_SIGNAL = "approve_order"
CANCEL_SIGNAL = "cancel_order"
AMEND_SIGNAL = "amend_order"
ASK_QUESTION_SIGNAL = "ask_question"
ANSWER_QUESTION_SIGNAL = "answer_question"
REFRESH_CARD_SIGNAL = "refresh_card"
"""Sent by the reconciler: post the card again if it is missing, and update it if it is out of date."""
STATUS_QUERY = "status"
VERDICT_QUERY = "verdict"

STATUS_SEARCH_ATTRIBUTE = "OrderStatus"

ORDER_REFUSED = "OrderRefused"
"""Type of the ApplicationError for a malformed order; its one detail is a list of FieldProblem."""


def order_workflow_id(order_id: str) -> str:
    """Return the id of the order's workflow."""
    return workflow_id(Subject.ORDER, order_id)


def refund_workflow_id(order_id: str) -> str:
    """Return the id of the workflow that refunds a shipped order."""
    return workflow_id(Subject.REFUND, order_id)


def workflow_id(subject: Subject, order_id: str) -> str:
    """Return the id of the workflow of this subject."""
    return f"{subject}-{order_id}"


def shipping_workflow_id(order_id: str) -> str:
    """Return the id of the child workflow that ships the order."""
    return f"shipping-{order_id}"


def payment_id(order_id: str) -> str:
    """Return the key of an order's payment: primary key of `payments` and idempotency key at the gateway."""
    return f"pay-{order_id}"
