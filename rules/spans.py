"""Lengths, weights and rates of films as people say them: 3 分 12 秒, 2–5 分钟, 486 MB, 8.2 Mbps, 29.97."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from rules.measured import Stretch

_UNITS = ("KB", "MB", "GB", "TB")
#: Pieces of a film that are named one by one; further ones are counted.
MOST_NAMED = 3


def spoken_length(seconds: Fraction) -> str:
    """3 分 12 秒, rounded to the second: what the cell 时长 of a form holds."""
    return exact_length(Fraction(round(seconds)))


def exact_length(seconds: Fraction) -> str:
    """1 分 59.88 秒: to the hundredth, so that a film just beside a bound is not said to be on it."""
    hundredths = round(seconds * 100)
    minutes, rest = divmod(hundredths, 6000)
    told = f"{minutes} 分" if minutes else ""
    if rest or not minutes:
        told += f"{' ' if told else ''}{decimal(Fraction(rest, 100))} 秒"
    return told


def spoken_range(shortest: Fraction, longest: Fraction) -> str:
    """2–5 分钟; 1 分 30 秒至 5 分 where a bound is no whole minute."""
    if shortest % 60 == longest % 60 == 0 and longest:
        return f"{shortest // 60}–{longest // 60} 分钟"
    return f"{exact_length(shortest)}至 {exact_length(longest)}"


def clock(seconds: Fraction) -> str:
    """A place in a film: 3:10, 1:02:07."""
    whole = int(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def spoken_stretches(found: Iterable[Stretch]) -> str:
    """3:10–3:16、4:01–4:05 等 5 处."""
    listed = tuple(found)
    told = "、".join(f"{clock(each.start)}–{clock(each.end)}" for each in listed[:MOST_NAMED])
    return f"{told} 等 {len(listed)} 处" if len(listed) > MOST_NAMED else told


def spoken_total(found: Iterable[Stretch]) -> str:
    """Of all stretches together: the sum of what `clock` tells of each, as a reader would find it."""
    return exact_length(Fraction(max(1, sum(int(each.end) - int(each.start) for each in found))))


def spoken_weight(size: int) -> str:
    """486 MB, 1.8 GB; a megabyte is 1024² bytes."""
    if size < 1024:
        return f"{size} 字节"
    power = next((each for each in range(1, len(_UNITS)) if size < 1000 * 1024**each), len(_UNITS))
    value = Fraction(size, 1024**power)
    return f"{round(value) if value >= 100 else decimal(value, 1)} {_UNITS[power - 1]}"


def spoken_rate(bits: int) -> str:
    """8.2 Mbps, 640 kbps."""
    return f"{decimal(Fraction(bits, 10**6), 1)} Mbps" if bits >= 10**6 else f"{round(bits / 1000)} kbps"


def decimal(value: Fraction, places: int = 2) -> str:
    """A number with at most so many decimals: 25, 29.97."""
    return f"{float(value):.{places}f}".rstrip("0").rstrip(".") if places else str(round(value))


def spoken_size(size: int) -> str:
    """Bytes as people say them: 486 MB, 1.4 GB, 12 KB."""
    for unit, bytes_ in (("GB", 2**30), ("MB", 2**20)):
        if size >= bytes_:
            amount = size / bytes_
            return f"{amount:.1f} {unit}" if amount < 10 else f"{amount:.0f} {unit}"
    return f"{max(1, round(size / 1024))} KB"
