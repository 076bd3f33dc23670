"""The door of the jail: limits this process, shuts off the network, and becomes the given program.

Started as `python -I -S inmate.py MEMORY CPU WRITTEN PROGRAM ARGUMENT…` (bytes, seconds, bytes); knows the standard
library only. A process that starts programs with threads around must not run code of its own between fork and exec,
so this runs after it.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys

#: From <linux/prctl.h> and <linux/sched.h>.
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
#: Open files that a measurement needs by far.
_FILES = 64


def main(memory: str, cpu: str, written: str, *command: str) -> None:
    """Never returns: the program takes the place of this one."""
    for kind, most in (
        (resource.RLIMIT_AS, int(memory)),
        (resource.RLIMIT_CPU, int(cpu)),
        (resource.RLIMIT_FSIZE, int(written)),
        (resource.RLIMIT_NOFILE, _FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    _shut_off()
    os.execv(command[0], command)  # noqa: S606  a list of our own, no shell


def _shut_off() -> None:
    """No network, no new rights, no life after the parent, as far as the kernel grants it."""
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None)
    if libc.unshare(_CLONE_NEWNET):  # only root may do this alone; others get it with a user namespace, where allowed
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
