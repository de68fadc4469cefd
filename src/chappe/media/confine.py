"""Runs in the worker alone: gives up, for good, whatever decoding does not need."""

import ctypes
import os
import platform
import resource
import signal
import struct
from collections.abc import Sequence

from chappe.media.limits import Limits

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 1, 4, 38
NOBODY = 65534
CAPABILITY_VERSION_3 = 0x20080522
LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446
LANDLOCK_FILES = (1 << 13) - 1
"""Every kind of access to files that the first version of Landlock knows."""
LANDLOCK_READ = 1 << 2 | 1 << 3
NUMBERED_ALIKE = ("x86_64", "aarch64", "riscv64", "ppc64le", "s390x")


def cut_network() -> bool:
    """This process has no network any more; False where the system does not let us.

    Must come before anything starts a thread: a user namespace admits single-threaded processes alone.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    own = CLONE_NEWNET if os.geteuid() == 0 else CLONE_NEWUSER | CLONE_NEWNET
    return bool(libc.unshare(own) == 0)


def limit(limits: Limits) -> None:
    """Memory, files, file sizes, processes and core dumps are bounded by the kernel from here on."""
    bounds = {
        resource.RLIMIT_AS: limits.memory_bytes,
        resource.RLIMIT_NOFILE: limits.open_files,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: 0,
    }
    for kind, bound in bounds.items():
        _soft, hard = resource.getrlimit(kind)
        value = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
        resource.setrlimit(kind, (value, value))


def limit_job(cpu_s: int) -> None:
    """The next job may use that much processor time, then the kernel ends the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime)
    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (spent + cpu_s + 1, hard))


def give_up_rights(work_dir: str, readable: Sequence[str]) -> dict[str, bool]:
    """Scratch folder, nobody's user id, no capabilities, no new privileges, no files; dies with the server.

    Shape: `readable` are folders that may still be read. Says of each confinement whether it took hold.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    os.chdir(work_dir)
    os.umask(0o077)
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    return {
        "not_root": os.geteuid() != 0,
        "no_capabilities": _drop_capabilities(libc),
        "no_new_privileges": libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0,
        "no_files": _close_files(libc, readable),
        "not_dumpable": libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0,
        "dies_with_server": libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) == 0,
    }


def _drop_capabilities(libc: ctypes.CDLL) -> bool:
    """No capability is left, not even those a user namespace of our own gave."""
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    return bool(libc.capset(header, nothing) == 0)


def _close_files(libc: ctypes.CDLL, readable: Sequence[str]) -> bool:
    """No file can be opened by name any more, but for reading below these folders; False without Landlock."""
    if platform.machine() not in NUMBERED_ALIKE:
        return False
    handled = ctypes.c_uint64(LANDLOCK_FILES)
    rules = libc.syscall(LANDLOCK_CREATE_RULESET, ctypes.byref(handled), 8, 0)
    if rules < 0:
        return False
    try:
        for folder in readable:
            _admit(libc, rules, folder)
        return bool(libc.syscall(LANDLOCK_RESTRICT_SELF, rules, 0) == 0)
    finally:
        os.close(rules)


def _admit(libc: ctypes.CDLL, rules: int, folder: str) -> None:
    """What lies below the folder may be read; a folder that is not there needs no rule."""
    try:
        fd = os.open(folder, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    below = (ctypes.c_uint8 * 12).from_buffer_copy(struct.pack("=Qi", LANDLOCK_READ, fd))
    libc.syscall(LANDLOCK_ADD_RULE, rules, 1, ctypes.byref(below), 0)
    os.close(fd)
