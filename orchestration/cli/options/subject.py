"""The option ``--refund``: whether a command acts on an order or on its refund."""

from typing import Annotated

import typer

from orchestration.domain.policy.approval_policy import Subject

RefundOption = Annotated[
    bool, typer.Option("--refund", help="Act on the refund of this order instead of the order.")
]


def subject_of(refund: bool) -> Subject:
    """Return what a command acts on, by its option ``--refund``."""
    return Subject.REFUND if refund else Subject.ORDER
