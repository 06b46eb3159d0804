"""Which kinds of Slack account may decide: only full members of the workspace."""

from typing import assert_never

from orchestration.domain.actor import Account, Actor
from orchestration.domain.approval.verdict import VerdictKind


def refusal(actor: Actor, *, own: bool) -> VerdictKind | None:
    """Return why this account may not do what the actor wants; None if it may.

    `own`: the actor does something that requesters may do with their own order, which guests may do too:
    cancel it, amend it or answer a question about it.
    """
    match actor.account:
        case None | Account.MEMBER:
            return None
        case Account.GUEST:
            return None if own else VerdictKind.NOT_A_MEMBER
        case Account.DEACTIVATED | Account.BOT | Account.EXTERNAL:
            return VerdictKind.NOT_A_MEMBER
        case Account.UNKNOWN:
            return VerdictKind.UNKNOWN_ACCOUNT
        case _:
            assert_never(actor.account)


def may_delegate(account: Account | None) -> bool:
    """Whether a delegation by the owner of such an account is valid; it ends when the owner leaves."""
    return account in {None, Account.MEMBER}
