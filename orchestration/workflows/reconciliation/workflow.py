"""ReconcileWorkflow: checks whether Temporal, PostgreSQL and Slack agree about every order, and repairs."""

from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from temporalio import workflow
from temporalio.exceptions import FailureError

with workflow.unsafe.imports_passed_through():
    from orchestration.contracts.reconciliation import (
        PROGRESS_QUERY,
        RECONCILE_WORKFLOW,
        CardPage,
        ExecutionPage,
        PageRequest,
        Progress,
        ReconcileActivity,
        ReconcileRequest,
        ReconcileSlackActivity,
        Report,
        RetriedPage,
        RowPage,
        SubjectRef,
        SubjectRefs,
        SubjectState,
        SubjectStates,
    )
    from orchestration.domain.reconciliation import comparison
    from orchestration.domain.reconciliation.findings import CARD_FINDINGS, Finding, ObservedCard, StoredState

from orchestration.workflows.failures import reason_of
from orchestration.workflows.reconciliation import repairs
from orchestration.workflows.reconciliation.repairs import call

BATCH = 10
"""How many workflows one activity queries: a worker may need a moment to load each of them."""

P = TypeVar("P", RowPage, ExecutionPage, CardPage, RetriedPage)


@workflow.defn(name=RECONCILE_WORKFLOW)
class ReconcileWorkflow:
    """One comparison of everything that waits for people, and of what has ended lately."""

    def __init__(self) -> None:
        self._doing = "reading what is stored"
        self._rows: list[StoredState] = []
        self._missing_rows: list[SubjectRef] = []
        self._cards: dict[str, list[ObservedCard]] = defaultdict(list)
        self._findings: list[Finding] = []
        self._problems: list[str] = []
        self._grace_period = timedelta(0)

    @workflow.run
    async def run(self, request: ReconcileRequest) -> Report:
        """Read, compare, repair if asked to, and store the findings in the audit log."""
        self._grace_period = request.grace_period
        try:
            await self._read(request)
            await self._compare()
            await self._find_copies(request)
        except FailureError as failure:
            # What was found until then is repaired and reported all the same.
            self._problems.append(f"{self._doing}: {reason_of(failure)}")
        self._doing = "repairing" if request.fix else "storing the findings"
        try:
            if request.fix:
                self._findings = [await repairs.repair(finding) for finding in self._findings]
            await repairs.record(tuple(self._findings))
        except FailureError as failure:
            self._problems.append(f"{self._doing}: {reason_of(failure)}")
        progress = self.progress()
        return Report(
            orders=progress.orders,
            cards=progress.cards,
            findings=tuple(self._findings),
            problems=tuple(self._problems),
        )

    @workflow.query(name=PROGRESS_QUERY)
    def progress(self) -> Progress:
        """Return what the workflow is doing, and how much it has read and found."""
        cards = sum(map(len, self._cards.values()))
        return Progress(doing=self._doing, orders=len(self._rows), cards=cards, findings=len(self._findings))

    @property
    def _settled_by(self) -> datetime:
        return workflow.now() - self._grace_period

    async def _read(self, request: ReconcileRequest) -> None:
        page_request = _page_request(request)
        async for rows in _pages(ReconcileActivity.LIST_ROWS, page_request, RowPage):
            self._rows.extend(rows.rows)
        known = {(row.subject, row.order_id) for row in self._rows}
        self._doing = "reading what Temporal has"
        async for page in _pages(ReconcileActivity.LIST_EXECUTIONS, page_request, ExecutionPage):
            self._missing_rows += [
                each for each in page.subjects if (each.subject, each.order_id) not in known
            ]
        self._doing = "reading the cards in Slack"
        waiting = [_posted_at(row.card.ts) for row in self._rows if row.card and not row.is_final]
        oldest = page_request.model_copy(update={"since": min([page_request.since, *waiting])})
        async for cards in _pages(ReconcileSlackActivity.SCAN_CARDS, oldest, CardPage):
            for card in cards.cards:
                if request.order_id is None or card.key.startswith(f"{request.order_id}:"):
                    self._cards[card.key].append(card)

    async def _compare(self) -> None:
        self._doing = "asking the workflows"
        for row in self._rows:
            if money := comparison.check_payment(row, self._settled_by):
                self._findings.append(money)
        asked = {
            SubjectRef(subject=row.subject, order_id=row.order_id): None
            for row in self._rows
            if comparison.needs_workflow_check(row, self._cards.get(row.card_key, ()))
        }
        cases = [*asked, *self._missing_rows]
        for start in range(0, len(cases), BATCH):
            batch = SubjectRefs(subjects=tuple(cases[start : start + BATCH]))
            for state in (await call(ReconcileActivity.READ_WORKFLOW_STATES, batch, SubjectStates)).states:
                self._findings += await self._judge(state)

    async def _judge(self, state: SubjectState) -> tuple[Finding, ...]:
        row, truth = state.row, state.workflow
        seen = self._cards.get(state.card_key, [])
        found = comparison.compare(row, truth, seen, self._settled_by)
        if not CARD_FINDINGS.intersection(finding.kind for finding in found):
            return found
        # The channel was read before the workflow was queried: the card may have been updated in between.
        seen = await repairs.read_card(state.card_key, comparison.card_of(row, truth))
        return comparison.compare(row, truth, seen, self._settled_by)

    async def _find_copies(self, request: ReconcileRequest) -> None:
        self._doing = "looking for messages that were posted twice"
        async for page in _pages(ReconcileActivity.LIST_RETRIED, _page_request(request), RetriedPage):
            for message in page.messages:
                if (finding := await repairs.find_copies(message)) is not None:
                    self._findings.append(finding)


def _page_request(request: ReconcileRequest) -> PageRequest:
    since = workflow.info().workflow_start_time - request.lookback
    return PageRequest(since=since, order_id=request.order_id)


async def _pages(
    activity: ReconcileActivity | ReconcileSlackActivity, request: PageRequest, page_type: type[P]
) -> AsyncIterator[P]:
    while True:
        page = await call(activity, request, page_type)
        yield page
        if page.cursor is None:
            return
        request = request.model_copy(update={"cursor": page.cursor})


def _posted_at(ts: str) -> datetime:
    return datetime.fromtimestamp(float(ts), UTC)
