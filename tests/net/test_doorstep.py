"""Source: mtproto/auth_key. Who has no session waits in turn, address by address, and never takes all of the time."""

import asyncio
from collections.abc import Callable

from tests.kit.clock import FakeClock

from chappe.net.doorstep import REST, Doorstep


class Line:
    """Steps that take time by moving the clock, and note that they were taken."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.doorstep = Doorstep(self.clock)
        self.taken: list[str] = []

    def step(self, name: str, took_s: float) -> Callable[[], None]:
        def step() -> None:
            self.taken.append(name)
            self.clock.moves(took_s)

        return step

    def comes(self, host: str, name: str, took_s: float = 0.004) -> None:
        self.doorstep.comes(host, self.step(name, took_s))


async def test_light_steps_never_wait() -> None:
    line = Line()
    for number in range(100):
        line.comes("192.0.2.1", f"{number}", 0.0001)
    assert len(line.taken) == 100


async def test_heavy_ones_leave_three_quarters_of_the_time_and_addresses_take_turns() -> None:
    line = Line()
    began = asyncio.get_running_loop().time()
    for number in range(6):
        line.comes("192.0.2.66", f"mallory {number}")
    line.comes("192.0.2.1", "alice")
    line.comes("192.0.2.2", "bob", 0.0001)
    assert line.taken == ["mallory 0"], "the others wait"
    async with asyncio.timeout(120):
        while len(line.taken) < 8:
            await asyncio.sleep(0.001)
    assert line.taken[:4] == ["mallory 0", "mallory 1", "alice", "bob"]
    assert line.taken[4:] == [f"mallory {number}" for number in range(2, 6)]
    assert asyncio.get_running_loop().time() - began > 6 * 0.004 * REST


async def test_what_waits_is_forgotten_at_the_end() -> None:
    line = Line()
    for number in range(3):
        line.comes("192.0.2.1", f"{number}")
    line.doorstep.close()
    await asyncio.sleep(0.05)
    assert line.taken == ["0"]
