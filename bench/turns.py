"""Messages per second through a form of ten questions: ours, durable, beside two peers in memory and the raw limit.

Every contestant runs in every round, one after another, so that a busy machine slows all of them; the median round is
shown. Run it with `./xinshi bench turns`.
"""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import platform
import sqlite3
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

import uvloop
from rich.console import Console
from rich.table import Table

from bench.load import SCRIPT, Figures

CONTESTANTS = {
    "ours": "信使 (durable)",
    "peers_ptb": "python-telegram-bot (memory)",
    "peers_aiogram": "aiogram (memory)",
    "peers_raw": "sqlite3 alone (durable)",
}
WAITING = (1, 64, 256)

Results = dict[tuple[str, int], list[Figures]]


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(
        prog="./xinshi bench turns", description=__doc__.splitlines()[0] if __doc__ else ""
    )
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--waiting", type=int, nargs="+", default=list(WAITING))
    parser.add_argument("--only", nargs="+", choices=list(CONTESTANTS), default=list(CONTESTANTS))
    parser.add_argument(
        "--data", type=Path, default=Path(tempfile.gettempdir()), help="a directory on the disk to measure"
    )
    asked = parser.parse_args()
    if max(asked.waiting) > asked.people:
        parser.error(f"--waiting {max(asked.waiting)} needs as many people: nobody has two messages under way at once")
    return asked


def measure(asked: argparse.Namespace) -> Results:
    """All rounds, contestants interleaved."""
    results: Results = {}
    for _ in range(asked.rounds):
        for waiting in asked.waiting:
            for name in asked.only:
                run = importlib.import_module(f"bench.{name}").run
                with tempfile.TemporaryDirectory(dir=asked.data) as folder:
                    figures = uvloop.run(run(asked.people, waiting, data_dir=Path(folder)))
                results.setdefault((name, waiting), []).append(figures)
    return results


def table_of(asked: argparse.Namespace, results: Results) -> Table:
    """The medians, and how each stands to the others at the same number of waiting messages."""
    title = f"{asked.people} people × {len(SCRIPT)} messages, median of {asked.rounds} rounds"
    table = Table("waiting", "", "messages/s", "p50 ms", "p99 ms", "÷ PTB", "÷ raw", "spread", title=title)
    for waiting in asked.waiting:
        rates = {name: median(one.rate for one in results[name, waiting]) for name in asked.only}
        for name in asked.only:
            rounds = results[name, waiting]
            ratios = [
                f"{rates[name] / rates[peer]:.2f}" if peer in rates else "" for peer in ("peers_ptb", "peers_raw")
            ]
            spread = (max(one.rate for one in rounds) - min(one.rate for one in rounds)) / rates[name]
            p50, p99 = median(one.p50_ms for one in rounds), median(one.p99_ms for one in rounds)
            row = (f"{rates[name]:,.0f}", f"{p50:.2f}", f"{p99:.2f}", *ratios, f"{spread:.0%}")
            table.add_row(str(waiting), CONTESTANTS[name], *row, end_section=name == asked.only[-1])
    return table


def machine(data: Path) -> str:
    """The facts a figure is worth nothing without."""
    model = "unknown processor"
    if (facts := Path("/proc/cpuinfo")).exists():
        model = next(
            (line.split(": ")[1] for line in facts.read_text().splitlines() if line.startswith("model name")), model
        )
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return (
        f"{os.cpu_count()} × {model}; {platform.system()} {platform.release()}; Python {platform.python_version()}; "
        f"SQLite {sqlite3.sqlite_version}; one fsync {fsync_ms(data):.2f} ms; load {load}"
    )


def fsync_ms(data: Path) -> float:
    """Median time of making 4 KiB durable."""
    took: list[float] = []
    with tempfile.TemporaryFile(dir=data) as file:
        for _ in range(100):
            file.write(b"\0" * 4096)
            file.flush()
            began = perf_counter()
            os.fsync(file.fileno())
            took.append(perf_counter() - began)
    return median(took) * 1000


def main() -> None:
    """Measures and prints."""
    asked = arguments()
    logging.disable(logging.INFO)
    console = Console(width=max(110, Console().width))
    before = machine(asked.data)
    console.print(table_of(asked, measure(asked)))
    console.print(before, highlight=False)


if __name__ == "__main__":
    main()
