"""The same on PostgreSQL: the hour, orders beside each other, secrecy and its end, clocks, lists, authorities.

Source: requirements/legal-desk
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.kit.stage import Stage, raised
from tests.legal.test_clocks import (
    test_a_deadline_fires_within_five_seconds_of_its_minute,
    test_a_stopped_clock_rings_nothing_and_goes_on_with_what_was_left,
    test_an_authority_that_runs_out_is_told_of_once,
)
from tests.legal.test_envelope import (
    test_a_secret_order_s_leaves_are_sealed_until_its_secrecy_ends,
    test_authorities_are_vouched_for_in_two_ways_and_anew_when_they_change,
    test_lists_have_who_is_first_due_first,
    test_numbers_count_within_the_year_and_a_message_is_one_case,
)
from tests.legal.test_letters import test_a_letter_is_sent_once_and_shown_to_its_authority_alone
from tests.legal.test_removing import (
    test_one_click_undoes_and_the_authority_hears_of_it,
    test_secrecy_holds_the_word_back_and_its_end_releases_it,
    test_the_hour,
    test_two_orders_stand_beside_each_other,
)

__all__ = [
    "test_a_deadline_fires_within_five_seconds_of_its_minute",
    "test_a_letter_is_sent_once_and_shown_to_its_authority_alone",
    "test_a_secret_order_s_leaves_are_sealed_until_its_secrecy_ends",
    "test_a_stopped_clock_rings_nothing_and_goes_on_with_what_was_left",
    "test_an_authority_that_runs_out_is_told_of_once",
    "test_authorities_are_vouched_for_in_two_ways_and_anew_when_they_change",
    "test_lists_have_who_is_first_due_first",
    "test_numbers_count_within_the_year_and_a_message_is_one_case",
    "test_one_click_undoes_and_the_authority_hears_of_it",
    "test_secrecy_holds_the_word_back_and_its_end_releases_it",
    "test_the_hour",
    "test_two_orders_stand_beside_each_other",
]


@pytest.fixture
async def stage(postgres_dsn: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """A server on PostgreSQL, with nobody on it."""
    async with raised(tmp_path, dsn=postgres_dsn) as made:
        yield made
