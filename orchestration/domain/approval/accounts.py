"""Which Slack accounts may do what: only full members of the workspace decide. Pure."""

from typing import assert_never

from orchestration.domain.actor import Account, Actor
from orchestration.domain.approval.verdict import VerdictKind


def refusal(actor: Actor, *, own: bool) -> VerdictKind | None:
    """Why this account may not do it; None if it may.

    `own`: it is what whoever asked for an order may do with it, which guests may too: stop it, change it,
    answer questions about it.
    """
    match actor.account:
        case None | Account.MEMBER:
            return None
        case Account.GUEST:
            return None if own else VerdictKind.NOT_A_MEMBER
        case Account.DEACTIVATED | Account.BOT | Account.STRANGER:
            return VerdictKind.NOT_A_MEMBER
        case Account.UNKNOWN:
            return VerdictKind.UNKNOWN_ACCOUNT
        case _:
            assert_never(actor.account)


def may_delegate(account: Account | None) -> bool:
    """Whether a delegation of such an account still counts: nobody decides for somebody who has left."""
    return account in {None, Account.MEMBER}
