"""The whole program in a process of its own, started on a port and killed as a power cut would."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.house.tree import ROOT


@dataclass
class Program:
    """`options` are those of `tests.uploads.server`; `peaks` holds each life's largest memory in MB."""

    data: Path
    port: int
    options: tuple[str, ...] = ()
    peaks: list[float] = field(default_factory=list)
    code: str = ""
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it takes connections; `code` is an invitation then."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.uploads.server", str(self.data), str(self.port), *self.options],
            cwd=ROOT, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert self._process.stdout is not None
        said = self._process.stdout.readline().decode("ascii").split()
        assert said[:1] == ["ready"]
        self.code = said[1]

    def kill(self) -> None:
        """Kill it with -9, and note how much memory it had taken."""
        assert self._process is not None
        status = Path(f"/proc/{self._process.pid}/status").read_text("ascii")
        if (found := re.search(r"VmHWM:\s+(\d+) kB", status)) is not None:
            self.peaks.append(int(found[1]) / 1024)
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
