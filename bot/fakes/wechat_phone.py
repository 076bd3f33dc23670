"""A phone in the browser: one follower's chat with the fake account, for demonstrations; it says that it is none."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.fakes.wechat_book import Book, Bubble
from bot.fakes.wechat_files import sniff
from bot.fakes.wechat_person import NotFollowing, NothingToPress, WeChatPerson

_PAGES = Path(__file__).parents[2] / "templates" / "pages"
_STATIC = {"phone_wechat.css": "text/css", "phone_wechat.js": "text/javascript"}
_ZONE = ZoneInfo("Asia/Shanghai")
#: A pause after which the chat shows the time again.
_PAUSE = timedelta(minutes=5)
#: What the chat makes a link of: WeChat's own <a href>, and bare addresses.
_LINK = re.compile(
    r"<a\s+href=[\"'](?P<href>https?://[^\"'<>]+)[\"'][^>]*>(?P<label>[^<]*)</a>"
    r"|(?P<bare>https?://[^\s<>\"'，。；、！？）】”]+)"
)


def linked(text: str) -> Markup:
    """Text as HTML, with its addresses to be followed."""
    parts, end = [], 0
    for found in _LINK.finditer(text):
        href = found["href"] or found["bare"]
        link = Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(
            href, found["label"] or href
        )
        parts += [escape(text[end : found.start()]), link]
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_PAGES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["linked"] = linked
    return environment


class Phone:
    """The pages under /phone. `person` makes somebody by openid."""

    def __init__(self, book: Book, people: Mapping[str, WeChatPerson], person: Callable[..., WeChatPerson]) -> None:
        self._book, self._people, self._person = book, people, person

    def routes(self) -> list[Route]:
        """What the platform serves beside its API."""
        return [
            Route("/phone", self._show),
            Route("/phone/new", self._new, methods=["POST"]),
            Route("/phone/news", self._news),
            Route("/phone/do", self._do, methods=["POST"]),
            Route("/phone/static/{name}", self._static),
        ]

    async def _show(self, request: Request) -> Response:
        """The chat of `?user=`, or the list of people; `&scene=` is the code by which a newcomer follows."""
        openid = request.query_params.get("user", "")
        facts: dict[str, Any] = {"account": self._book.account, "static": _marked}
        if not openid:
            return HTMLResponse(_draw("phone_wechat_people.html", people=list(self._people.values()), **facts))
        person = self._people.get(openid) or self._person(openid, following=False)
        return HTMLResponse(
            _draw(
                "phone_wechat.html",
                person=person,
                rows=_rows(person.timeline),
                menu=(self._book.menu or {}).get("button", []),
                scene=request.query_params.get("scene", ""),
                note=request.query_params.get("note", ""),
                version=self._version(person),
                windows=self._windows(person),
                **facts,
            )
        )

    async def _new(self, request: Request) -> Response:
        if _strange(request):
            return Response(status_code=403)
        async with request.form(max_files=0) as form:
            name = _word(form, "name")[:20] or "访客"
        return _back(self._person("", name, following=False).openid)

    async def _news(self, request: Request) -> Response:
        """What the page polls: a word that changes with what it shows."""
        person = self._people.get(request.query_params.get("user", ""))
        return JSONResponse({"version": self._version(person) if person else ""})

    async def _do(self, request: Request) -> Response:
        """One deed of the person; the page is drawn anew after it."""
        if _strange(request):
            return Response(status_code=403)
        async with request.form(max_files=1) as form:
            person = self._people.get(_word(form, "user"))
            if person is None:
                return Response("没有这个人", status_code=404)
            try:
                note = await _act(person, form)
            except NotFollowing:
                note = "请先关注公众号。"
            except NothingToPress:
                note = "菜单已经变了，请刷新。"
        return _back(person.openid, note=note)

    async def _static(self, request: Request) -> Response:
        name = request.path_params["name"]
        path = _PAGES / name
        if name not in _STATIC or not path.is_file():
            return Response(status_code=404)
        return Response(path.read_bytes(), media_type=_STATIC[name], headers={"Cache-Control": "max-age=3600"})

    def _version(self, person: WeChatPerson) -> str:
        seen = f"{len(person.timeline)} {person.following} {self._book.menu}"
        return hashlib.sha256(seen.encode()).hexdigest()[:12]

    def _windows(self, person: WeChatPerson) -> list[str]:
        """How many customer messages may still be sent, for the curious."""
        now = self._book.clock.now()
        named = (("48 小时", person.message_window), ("1 分钟", person.event_window))
        return [f"{span}窗口：还可发 {one.left} 条" for span, one in named if one.stands(now)]


async def _act(person: WeChatPerson, form: FormData) -> str:
    """Do what the pressed button says; gives a note for the page, "" for none."""
    act, value = _word(form, "act"), _word(form, "value")
    picture = form.get("picture")
    if isinstance(picture, UploadFile) and picture.filename:
        data = await picture.read()
        if not sniff("image", data):
            return "微信里只能发 JPG、PNG 或 GIF 图片。"
        await person.send_image(data)
        return ""
    match act:
        case "menu":
            await person.tap_menu(value)
        case "item":
            number, _, place = value.partition(".")
            if not (number.isdecimal() and place.isdecimal()):
                return "这一项点不了。"
            await person.press_msgmenu(int(place), number=int(number))
        case "follow":
            await person.follow(value)
        case "scan":
            await person.scan(value.strip() or "demo")
        case "unfollow":
            await person.unfollow()
        case "voice":
            await person.voice(value)
        case "video":
            await person.send_video()
        case "location":
            await person.location()
        case "file":
            await person.send_file()
        case "sticker":
            await person.sticker()
        case _:
            if text := _word(form, "text").replace("\r\n", "\n").strip():
                await person.say(text)
    return ""


def _rows(timeline: list[Bubble]) -> list[tuple[str, Bubble]]:
    """Each bubble with the time to show above it, "" for none."""
    rows, last = [], datetime.min.replace(tzinfo=_ZONE)
    for bubble in timeline:
        rows.append((f"{bubble.at.astimezone(_ZONE):%m-%d %H:%M}" if bubble.at - last >= _PAUSE else "", bubble))
        last = bubble.at
    return rows


def _draw(name: str, **facts: Any) -> str:
    return _environment().get_template(name).render(facts)


def _marked(name: str) -> str:
    """The address of a static file, changed with its content; "" where there is none."""
    path = _PAGES / name
    if not path.is_file():
        return ""
    return f"/phone/static/{name}?{hashlib.sha256(path.read_bytes()).hexdigest()[:8]}"


def _back(openid: str, *, note: str = "") -> Response:
    return RedirectResponse(f"/phone?user={quote(openid)}{f'&note={quote(note)}' if note else ''}", status_code=303)


def _word(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _strange(request: Request) -> bool:
    """Whether a form comes from somebody else's page."""
    return request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin")
