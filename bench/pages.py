"""How many pages a second: a client that asks for one page over and over on connections that stay open."""

import argparse
import asyncio
import json
import statistics
import time

import uvloop


async def ask(port: int, path: str, until: float, times_ms: list[float]) -> int:
    """One connection asks until then; how many bytes a page has. Errors: RuntimeError for anything but 200."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = (f"GET {path} HTTP/1.1", f"Host: localhost:{port}", "Accept-Encoding: gzip", "Accept-Language: en", "", "")
    head = "\r\n".join(lines).encode()
    size = 0
    while time.perf_counter() < until:
        begun = time.perf_counter()
        writer.write(head)
        answer = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in answer[:16]:
            raise RuntimeError(answer.decode())
        size = next(int(one[15:]) for one in answer.lower().split(b"\r\n") if one.startswith(b"content-length:"))
        await reader.readexactly(size)
        times_ms.append((time.perf_counter() - begun) * 1000)
    writer.close()
    return size


async def main(port: int, path: str, connections: int, seconds: float) -> dict[str, float]:
    """The rate and how long a page took."""
    times_ms: list[float] = []
    begun = time.perf_counter()
    sizes = await asyncio.gather(*(ask(port, path, begun + seconds, times_ms) for _ in range(connections)))
    spent = time.perf_counter() - begun
    return {
        "rate": len(times_ms) / spent, "p50_ms": statistics.median(times_ms), "bytes": sizes[0],
        "p99_ms": sorted(times_ms)[int(len(times_ms) * 0.99)],
    }  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("path")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=3.0)
    given = parser.parse_args()
    print(json.dumps(uvloop.run(main(given.port, given.path, given.connections, given.seconds))))
