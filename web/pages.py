"""Drawing pages: templates, their wording, and the two files of script and style, named by their content's hash."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.handlers.webchat import day_text, show
from web.config import WebConfig
from web.ports import Shown
from web.refused import Refused

_ROOT = Path(__file__).parent.parent / "templates"
_STATIC = Path(__file__).parent / "static"
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


@cache
def _wording() -> dict[str, Template]:
    plain = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701 - escaped where it is drawn
    found: dict[str, str] = {}
    for path in sorted((_ROOT / "wording" / "zh").glob("*.toml")):
        found |= flat(tomllib.loads(path.read_text("utf-8")).get("page", {}))
    return {key: plain.from_string(text) for key, text in found.items()}


def sentence(key: str, **facts: Any) -> str:
    """A sentence of the page wording, as plain text."""
    return _wording()[key].render(facts)


@cache
def environment() -> Environment:
    """The templates of pages; they escape all they are given."""
    return Environment(
        loader=FileSystemLoader(_ROOT / "pages"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


class Pages:
    """Everything the web chat draws. Templates escape all they are given; `say` is plain text."""

    def __init__(self, config: WebConfig) -> None:
        self._config = config
        self._static = {path.name: path.read_bytes() for path in sorted(_STATIC.iterdir()) if path.suffix in _TYPES}
        self._marks = {name: hashlib.sha256(body).hexdigest()[:12] for name, body in self._static.items()}
        self._always = {"say": self.say, "static": self.static_address, "demo": config.demo}
        self._message = environment().get_template("message.html").make_module(self._always)

    def say(self, key: str, **facts: Any) -> str:
        """A sentence of the page wording."""
        return sentence(key, **facts)

    def script(self, *tables: str) -> dict[str, str]:
        """The sentences that a script says, by name as an attribute spells it, from these tables of the wording."""
        own = [key.partition(".") for key in _wording()]
        return {name.replace("_", "-"): self.say(f"{table}.{name}") for table, _, name in own if table in tables}

    def draw(self, template: str, **facts: Any) -> str:
        """A page as HTML."""
        return environment().get_template(template).render(self._always | facts)

    def draw_message(self, shown: Shown) -> str:
        """One message as HTML, the same in a page and in the stream."""
        return str(self._message.message(self.view(shown)))  # type: ignore[attr-defined]

    def view(self, shown: Shown) -> dict[str, Any]:
        """A message as the templates want it."""
        return show(shown, zone=self._config.timezone)

    def time_text(self, at: datetime) -> str:
        """ "2月27日（周二）10:00" in the deployment's zone."""
        local = at.astimezone(self._config.timezone)
        return f"{day_text(local)}{local:%H:%M}"

    def answer(self, html: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
        """A page to send."""
        return HTMLResponse(html, status, headers)

    def static_address(self, name: str) -> str:
        """Where a file of script or style is, changing with its content."""
        return f"/static/{name}?v={self._marks[name]}"

    async def static_file(self, request: Request) -> Response:
        """The route of script, style and drawing; kept by browsers for a year when asked for by its hash."""
        name = request.path_params["name"]
        if name not in self._static:
            raise Refused(404, "not_found")
        return self._file(name, request.query_params.get("v", ""))

    async def icon(self, request: Request) -> Response:
        """The route where browsers look for an icon by themselves."""
        return self._file("icon.svg", "")

    def _file(self, name: str, mark: str) -> Response:
        lasting = "public, max-age=31536000, immutable" if mark == self._marks[name] else "no-cache"
        headers = {"content-type": _TYPES[Path(name).suffix], "cache-control": lasting}
        return Response(self._static[name], headers=headers)


def flat(wording: Mapping[str, Any], before: str = "") -> dict[str, str]:
    """A table of wording with tables inside as one level of dotted keys."""
    found: dict[str, str] = {}
    for key, value in wording.items():
        found |= flat(value, f"{before}{key}.") if isinstance(value, dict) else {f"{before}{key}": str(value)}
    return found
