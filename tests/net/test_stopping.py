"""What runs beside the calls ends when the server does, also if a library took the first cancellation for its own."""

import asyncio

from chappe.jobs import Tasks


async def test_work_that_swallows_a_cancellation_ends_all_the_same() -> None:
    swallowed: list[str] = []
    begun = asyncio.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            swallowed.append("once")
        await asyncio.sleep(60)

    running = Tasks()
    running.start("stubborn", work)
    await begun.wait()
    async with asyncio.timeout(30):
        await running.stop()
    assert swallowed == ["once"]
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "stubborn"]


async def test_nothing_to_stop_is_stopped() -> None:
    await Tasks().stop()
