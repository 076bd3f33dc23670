"""What a machine asks of the program: is it alive, can it take messages, and its figures in Prometheus' text format.

Figures are counts without anybody in them. They are given to this machine alone, or to whoever holds the token.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Protocol

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

#: The media type of Prometheus' text exposition format.
_KIND = "text/plain; version=0.0.4; charset=utf-8"
_HEADERS = {"cache-control": "no-store"}
#: What a proxy adds to a request that came from elsewhere.
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
_LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure, with its values by their labels: `{}` where there is one value only."""

    name: str
    says: str
    values: Sequence[tuple[Mapping[str, str], float]]
    kind: str = "gauge"


class Vitals(Protocol):
    """Who knows how the program is."""

    async def faults(self) -> Sequence[str]:
        """What keeps the program from taking messages: "database", "disk"; nothing where it can."""
        ...

    async def figures(self) -> Sequence[Figure]:
        """All figures; reading them again within seconds costs nothing."""
        ...


@dataclass(frozen=True, slots=True)
class VitalPages:
    """The pages /healthz, /readyz and /metrics. `token` is "" where only this machine may read figures."""

    vitals: Vitals
    token: str = field(default="", repr=False)

    def routes(self) -> list[Route]:
        """Where they are."""
        return [Route("/healthz", _alive), Route("/readyz", self._ready), Route("/metrics", self._figures)]

    async def _ready(self, request: Request) -> PlainTextResponse:
        faults = await self.vitals.faults()
        said, code = (f"not ready: {', '.join(faults)}\n", 503) if faults else ("ready\n", 200)
        return PlainTextResponse(said, code, headers=_HEADERS)

    async def _figures(self, request: Request) -> PlainTextResponse:
        if not self._may(request):
            return PlainTextResponse("not found\n", 404, headers=_HEADERS)
        said = "".join(_exposed(figure) for figure in await self.vitals.figures())
        return PlainTextResponse(said, headers=_HEADERS, media_type=_KIND)

    def _may(self, request: Request) -> bool:
        if self.token:
            given = request.headers.get("authorization", "").encode("utf-8", "replace")
            return hmac.compare_digest(given, f"Bearer {self.token}".encode())
        host = request.headers.get("host", "").rpartition(":")[0] or request.headers.get("host", "")
        passed_on = any(name in request.headers for name in _FORWARDED)
        return not passed_on and host in _LOCAL and _is_local(request.client.host if request.client else "")


async def _alive(request: Request) -> PlainTextResponse:
    """The process is there and its loop turns."""
    return PlainTextResponse("ok\n", headers=_HEADERS)


def _is_local(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _exposed(figure: Figure) -> str:
    lines = [f"# HELP {figure.name} {figure.says}", f"# TYPE {figure.name} {figure.kind}"]
    for labels, value in figure.values:
        inside = ",".join(f'{name}="{_escaped(label)}"' for name, label in labels.items())
        shown = int(value) if float(value).is_integer() else value
        lines.append(f"{figure.name}{{{inside}}} {shown}" if inside else f"{figure.name} {shown}")
    return "".join(f"{line}\n" for line in lines)


def _escaped(label: str) -> str:
    return label.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
