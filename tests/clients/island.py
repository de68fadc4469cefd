"""A network namespace with nothing but loopback, in which server and clients live and from which nothing can leave.

Where the machine forbids namespaces (some containers), the plays run on the machine's own loopback; no client is told
any other address there either.
"""

import contextlib
import ctypes
import fcntl
import os
import socket
import struct
import subprocess
import sys
from collections.abc import Callable

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
SIOCSIFFLAGS = 0x8914
IFF_UP_RUNNING = 0x41


class Island:
    """Holds the namespace open as long as it lives; `enter` takes a child process into it."""

    def __init__(self) -> None:
        self._holder = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._holder.stdout
        self.alone = self._holder.stdout.readline() == "alone\n"

    def enter(self) -> Callable[[], None] | None:
        """For `preexec_fn`: the child joins the namespaces; None when there are none to join."""
        if not self.alone:
            return None
        names = ("net",) if os.geteuid() == 0 else ("user", "net")
        paths = [f"/proc/{self._holder.pid}/ns/{name}" for name in names]
        libc = ctypes.CDLL(None, use_errno=True)

        def join() -> None:
            for path in paths:
                descriptor = os.open(path, os.O_RDONLY)
                if libc.setns(descriptor, 0):
                    raise OSError(ctypes.get_errno(), f"cannot join {path}")
                os.close(descriptor)

        return join

    def close(self) -> None:
        assert self._holder.stdin
        self._holder.stdin.close()
        self._holder.wait(5)


def _unshare() -> bool:
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.geteuid(), os.getegid()
    if libc.unshare(CLONE_NEWNET if user == 0 else CLONE_NEWUSER | CLONE_NEWNET):
        return False
    if user != 0:
        for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(text)
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh", b"lo", IFF_UP_RUNNING))
    return True


if __name__ == "__main__":
    print("alone" if _unshare() else "together", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        sys.stdin.read()
