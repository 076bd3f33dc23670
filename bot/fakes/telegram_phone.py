"""Pages that show the fake Telegram as its people's phones do: one conversation each, for demonstrations by hand."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.fakes.person import NoSuchChoice
from bot.fakes.telegram_dressing import dressed, size_of
from bot.fakes.telegram_limits import Refusal
from bot.fakes.telegram_people import People, TelegramPerson
from bot.fakes.telegram_wire import Upload, read_call
from bot.fakes.telegram_world import Shown, Wire

PAGES = Path(__file__).resolve().parent.parent.parent / "templates" / "pages"
#: How many of the newest messages are shown, how large a file the page takes, and how long it waits for news at most.
SHOWN, LARGEST, WAIT = 200, 64 * 2**20, 20
_ZONE = ZoneInfo("Asia/Shanghai")
_OTHERS = {"sticker": "贴纸", "voice": "语音", "location": "位置", "video_note": "圆形视频", "contact": "名片"}

Menu = Callable[[int], list[tuple[str, str]]]


class Phone:
    """The routes under /phone. `menu` gives the commands that a chat is offered."""

    def __init__(self, people: People, menu: Menu) -> None:
        self._people, self._menu = people, menu
        self._pages = Environment(loader=FileSystemLoader(PAGES), autoescape=True, trim_blocks=True)
        #: How many answers to pressed buttons each person had when they last did something else.
        self._old: dict[int, int] = {}
        self._ending = asyncio.Event()

    def open(self) -> None:
        """From now on pages may wait for news."""
        self._ending = asyncio.Event()

    def close(self) -> None:
        """Lets waiting pages go: the server is about to stop."""
        self._ending.set()

    def routes(self) -> list[Route]:
        """Everything under /phone."""
        return [
            Route("/phone", self.page),
            Route("/phone/news", self.news),
            Route("/phone/files/{number}", self.file),
            Route("/phone/start", self.start, methods=["POST"]),
            Route("/phone/say", self.say, methods=["POST"]),
            Route("/phone/press", self.press, methods=["POST"]),
            Route("/phone/act", self.act, methods=["POST"]),
        ]

    # --- what is shown

    async def page(self, request: Request) -> Response:
        """One person's phone (`user`), with `start` as the deep link it came by; without `user` a choice of phones."""
        asked, nonce = request.query_params, secrets.token_urlsafe(12)
        person = self._person(asked.get("user", ""), asked.get("name", ""))
        facts: Wire = {"nonce": nonce, "start": asked.get("start", ""), "fault": asked.get("fault", "")}
        facts |= {"largest": LARGEST // 2**20, "people": list(self._people.known.values()), "user": 0}
        facts |= {"bot": self._people.stage.world.bot["first_name"]}
        if person is not None:
            facts |= self._facts(person)
        html = await asyncio.to_thread(self._pages.get_template("phone_telegram.html").render, facts)
        policy = (
            f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; img-src 'self' data:; "
            "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
        return Response(html, media_type="text/html", headers=_HEADERS | {"content-security-policy": policy})

    async def news(self, request: Request) -> Response:
        """The conversation as HTML, as soon as it is no longer what the page has `seen`."""
        person = self._person(request.query_params.get("user", ""))
        if person is None:
            return JSONResponse({}, 404)
        seen, wait = request.query_params.get("seen", ""), request.query_params.get("wait", "0")
        if str(person.chat.changes) == seen and not self._ending.is_set():
            await self._change(person, min(int(wait) if wait.isdecimal() else 0, WAIT))
        facts = self._facts(person)
        log, menu = (self._pages.get_template(f"phone_telegram_{part}.html").render(facts) for part in ("log", "menu"))
        # The first message and a block change what stands below the log: then the whole page is drawn afresh.
        afresh = not seen.isdecimal() or int(seen) == 0 or int(seen) < person.chat.turned
        told = {"seen": person.chat.changes, "reload": afresh, "html": log, "menu": menu}
        return JSONResponse(told, headers=_HEADERS)

    async def _change(self, person: TelegramPerson, seconds: int) -> None:
        waits = [asyncio.ensure_future(person.chat.change()), asyncio.ensure_future(self._ending.wait())]
        try:
            await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    def _facts(self, person: TelegramPerson) -> Wire:
        answers = person.answers[self._old.get(person.user["id"], 0) :]
        return {
            "user": person.user["id"],
            "name": person.user["first_name"],
            "open": person.chat.open,
            "seen": person.chat.changes,
            "messages": [_drawn(each) for each in person.conversation[-SHOWN:]],
            "menu": self._menu(person.chat.id),
            "toast": answers[-1].text if answers else "",
            "alert": bool(answers) and answers[-1].alert,
        }

    async def file(self, request: Request) -> Response:
        """A file out of a conversation, as a download unless it is a picture."""
        kept = self._people.stage.world.files.get(request.path_params["number"])
        if kept is None:
            return Response("没有这个文件。", 404, media_type="text/plain")
        way = "inline" if kept.path.startswith("photos/") else "attachment"
        disposition = f"{way}; filename*=UTF-8''{quote(kept.name, safe='')}"
        return Response(kept.data, media_type=kept.mime, headers=_HEADERS | {"content-disposition": disposition})

    # --- what is done

    async def start(self, request: Request) -> Response:
        """Presses 开始."""
        return await self._do(request, lambda person, given: person.start(given.get("code", "")))

    async def say(self, request: Request) -> Response:
        """Sends a text, a file, or both."""
        return await self._do(request, _say)

    async def press(self, request: Request) -> Response:
        """Presses a button."""
        return await self._do(request, _press)

    async def act(self, request: Request) -> Response:
        """Sends a command, or does one of the things that need no words."""
        return await self._do(request, _act)

    async def _do(self, request: Request, deed: Callable[[TelegramPerson, Wire], object]) -> Response:
        origin = request.headers.get("origin")
        if origin not in (None, "null") and urlsplit(str(origin)).netloc != request.headers.get("host"):
            return Response("请从这个页面操作。", 403, media_type="text/plain")
        fault, code, person = "", 400, None
        try:
            given = await read_call(request.scope, request.receive, LARGEST)
            person = self._person(str(given.get("user", "")))
            if person is not None:
                if deed is not _press:
                    self._old[person.user["id"]] = len(person.answers)
                deed(person, given)
        except Refusal as refused:
            fault, code = ("large", 413) if refused.code == 413 else ("gone", 400)
        except (NoSuchChoice, LookupError, ValueError):
            fault = "gone"
        if "application/json" in request.headers.get("accept", ""):
            return JSONResponse({"fault": fault}, code if fault or person is None else 200)
        asked = {"user": person.user["id"]} if person is not None else {}
        return RedirectResponse(f"/phone?{urlencode(asked | ({'fault': fault} if fault else {}))}", 303)

    def _person(self, number: str, name: str = "") -> TelegramPerson | None:
        if not number.isascii() or not number.isdecimal() or not 0 < int(number) < 2**40:
            return None
        return self._people.person(int(number), name.strip()[:20])


_HEADERS = {"cache-control": "no-store", "x-content-type-options": "nosniff", "referrer-policy": "no-referrer"}


def _say(person: TelegramPerson, given: Wire) -> None:
    text, file = str(given.get("text", "")).replace("\r\n", "\n").strip(), given.get("file")
    if isinstance(file, Upload) and file.data:
        if file.mime in ("image/jpeg", "image/png"):
            person.send_photo(file.data, caption=text)
        elif file.mime == "video/mp4":
            person.send_video(file.name, file.data)
        else:
            person.send_file(file.name, file.data, caption=text)
    else:
        person.say(text)


def _press(person: TelegramPerson, given: Wire) -> None:
    number, place = (int(str(given.get(name, "")) or -1) for name in ("message", "place"))
    message = next((each for each in person.messages if each.id == number), None)
    if message is None or place < 0:
        raise LookupError(f"expected a button of a message that is shown, found {place} of {number}")
    person.press(place, on=message)


def _act(person: TelegramPerson, given: Wire) -> None:
    deeds = {
        "sticker": person.sticker,
        "voice": person.voice,
        "location": person.location,
        "block": person.block,
        "unblock": person.unblock,
    }
    if text := str(given.get("say", "")):
        person.say(text)
    else:
        deeds[str(given.get("act"))]()


def _drawn(shown: Shown) -> Wire:
    at = datetime.fromtimestamp(shown.wire["date"], _ZONE)
    place = iter(range(len(shown.buttons)))
    rows = [[{"label": key.label, "url": key.url, "place": next(place)} for key in row] for row in shown.rows]
    file = shown.file
    return {
        "id": shown.id,
        "mine": bool(shown.sender),
        "text": dressed(shown.text, shown.entities),
        "rows": rows,
        "file": file,
        "picture": "photo" in shown.wire,
        "ending": file.name.rpartition(".")[2][:4].upper() if file is not None else "",
        "size": size_of(file.size) if file is not None else "",
        "other": next((label for kind, label in _OTHERS.items() if kind in shown.wire), ""),
        "protected": shown.protected,
        "edited": shown.edits > 0 or "edit_date" in shown.wire,
        "day": f"{at.month}月{at.day}日",
        "time": f"{at:%H:%M}",
    }
