"""ReconcileWorkflow: whether Temporal, PostgreSQL and Slack agree about every order."""

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
"""Workflows that one activity asks: each may take a worker a moment to load."""

P = TypeVar("P", RowPage, ExecutionPage, CardPage, RetriedPage)


@workflow.defn(name=RECONCILE_WORKFLOW)
class ReconcileWorkflow:
    """One look at everything that waits, and at what has ended lately."""

    def __init__(self) -> None:
        self._doing = "reading what is stored"
        self._rows: list[StoredState] = []
        self._unstored: list[SubjectRef] = []
        self._seen: dict[str, list[ObservedCard]] = defaultdict(list)
        self._findings: list[Finding] = []
        self._problems: list[str] = []
        self._leaves_alone = timedelta(0)

    @workflow.run
    async def run(self, request: ReconcileRequest) -> Report:
        """Look, compare, mend if asked to, and put what was found into the audit log."""
        self._leaves_alone = request.leaves_alone
        try:
            await self._read(request)
            await self._compare()
            await self._look_for_copies(request)
        except FailureError as failure:
            # What was found until then is mended and told all the same.
            self._problems.append(f"{self._doing}: {reason_of(failure)}")
        self._doing = "mending" if request.fix else "writing down what was found"
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
        """Say how far it is."""
        cards = sum(map(len, self._seen.values()))
        return Progress(doing=self._doing, orders=len(self._rows), cards=cards, findings=len(self._findings))

    @property
    def _settled_by(self) -> datetime:
        return workflow.now() - self._leaves_alone

    async def _read(self, request: ReconcileRequest) -> None:
        wanted = _wanted(request)
        async for rows in _pages(ReconcileActivity.LIST_ROWS, wanted, RowPage):
            self._rows.extend(rows.rows)
        known = {(row.subject, row.order_id) for row in self._rows}
        self._doing = "reading what Temporal has"
        async for page in _pages(ReconcileActivity.LIST_EXECUTIONS, wanted, ExecutionPage):
            self._unstored += [each for each in page.cases if (each.subject, each.order_id) not in known]
        self._doing = "reading the cards in Slack"
        waiting = [_posted_at(row.card.ts) for row in self._rows if row.card and not row.is_final]
        oldest = wanted.model_copy(update={"since": min([wanted.since, *waiting])})
        async for cards in _pages(ReconcileSlackActivity.SCAN_CARDS, oldest, CardPage):
            for card in cards.cards:
                if request.order_id is None or card.key.startswith(f"{request.order_id}:"):
                    self._seen[card.key].append(card)

    async def _compare(self) -> None:
        self._doing = "asking the workflows"
        for row in self._rows:
            if money := comparison.judge_money(row, self._settled_by):
                self._findings.append(money)
        asked = {
            SubjectRef(subject=row.subject, order_id=row.order_id): None
            for row in self._rows
            if comparison.is_suspicious(row, self._seen.get(row.card_key, ()))
        }
        cases = [*asked, *self._unstored]
        for start in range(0, len(cases), BATCH):
            batch = SubjectRefs(cases=tuple(cases[start : start + BATCH]))
            for told in (await call(ReconcileActivity.TELL_TRUTH, batch, SubjectStates)).told:
                self._findings += await self._judge(told)

    async def _judge(self, told: SubjectState) -> tuple[Finding, ...]:
        row, truth = told.row, told.truth
        seen = self._seen.get(told.card_key, [])
        found = comparison.judge(row, truth, seen, self._settled_by)
        if not CARD_FINDINGS.intersection(finding.kind for finding in found):
            return found
        # The channel was read before the workflow was asked: the card may have been drawn in between.
        seen = await repairs.look_again(told.card_key, comparison.card_of(row, truth))
        return comparison.judge(row, truth, seen, self._settled_by)

    async def _look_for_copies(self, request: ReconcileRequest) -> None:
        self._doing = "looking for messages that are there twice"
        async for page in _pages(ReconcileActivity.LIST_RETRIED, _wanted(request), RetriedPage):
            for message in page.messages:
                if (finding := await repairs.find_copies(message)) is not None:
                    self._findings.append(finding)


def _wanted(request: ReconcileRequest) -> PageRequest:
    since = workflow.info().workflow_start_time - request.looks_back
    return PageRequest(since=since, order_id=request.order_id)


async def _pages(
    activity: ReconcileActivity | ReconcileSlackActivity, wanted: PageRequest, page_type: type[P]
) -> AsyncIterator[P]:
    while True:
        page = await call(activity, wanted, page_type)
        yield page
        if page.cursor is None:
            return
        wanted = wanted.model_copy(update={"cursor": page.cursor})


def _posted_at(ts: str) -> datetime:
    return datetime.fromtimestamp(float(ts), UTC)
