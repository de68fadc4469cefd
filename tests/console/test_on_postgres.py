"""The same on PostgreSQL: queue, case, decision and its undoing, many at once, complaints, figures, tokens.

Source: requirements/console
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.console.conftest import Desk
from tests.console.test_cases import test_a_lead_keeps_searches_as_queues, test_from_the_queue_to_a_decision
from tests.console.test_complaints import (
    test_a_complaint_is_decided_by_somebody_else_and_a_reversal_undoes,
    test_a_lead_trusts_a_flagger_and_its_key_is_shown_once,
    test_figures_count_what_waits,
)
from tests.console.test_decisions import (
    test_a_history_shows_decisions_and_what_is_public_alone,
    test_many_cases_are_decided_by_one_decision_and_undone_by_one_undo,
)
from tests.console.test_people import test_a_token_is_shown_once_and_ends_when_one_says_so
from tests.kit.postgres import postgres_dsn, postgres_server
from tests.kit.stage import Stage, raised

from chappe.safety import queues

__all__ = [
    "postgres_dsn",
    "postgres_server",
    "test_a_complaint_is_decided_by_somebody_else_and_a_reversal_undoes",
    "test_a_history_shows_decisions_and_what_is_public_alone",
    "test_a_lead_keeps_searches_as_queues",
    "test_a_lead_trusts_a_flagger_and_its_key_is_shown_once",
    "test_a_token_is_shown_once_and_ends_when_one_says_so",
    "test_figures_count_what_waits",
    "test_from_the_queue_to_a_decision",
    "test_many_cases_are_decided_by_one_decision_and_undone_by_one_undo",
]


@pytest.fixture
async def stage(tmp_path: Path, postgres_dsn: str) -> AsyncIterator[Stage]:
    """A server with nobody on it, its queues in place."""
    async with raised(tmp_path, dsn=postgres_dsn) as made:
        await made.writes(queues.prepare)
        yield made


@pytest.fixture
async def desk(stage: Stage) -> Desk:
    """A console with nobody at it yet."""
    return Desk(stage.store, stage.clock)
