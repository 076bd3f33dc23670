"""What the page of an upload link shows besides its form: what the files are for, how far they are, what is answered.

A link is a permission to hand in, not to read along: it shows answers to what was handed in lately and results of the
checks that followed, nothing else of the conversation.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.handlers import webchat
from bot.talk.messages import UPLOAD, Outgoing
from rules.instants import micros
from storage.uploads import OPEN, TOLD, Upload
from web.chat import number
from web.pace import Pace
from web.pages import Pages
from web.ports import Ports, Shown, SignedLinks
from web.refused import Refused
from web.tus import Opened

#: How long the answers to a file are shown on the page.
LATELY = timedelta(hours=2)
#: Answers in one look.
_MOST = 50
#: What a question may ask for: the last word of its key, and what the page says then.
PURPOSES = ("film", "scan", "pictures")


def purpose_of(question: str) -> str:
    """What a question ("session/…/film") asks for, "any" where its key does not say."""
    word = question.rpartition("/")[2]
    return word if word in PURPOSES else "any"


class Progress:
    """The route `/u/{token}/news`, and the drawing of answers."""

    def __init__(self, ports: Ports, pages: Pages, links: SignedLinks, opened: Opened) -> None:
        self._ports, self._pages, self._links, self._opened = ports, pages, links, opened
        self._pace = Pace(burst=120, rate=2.0)  # a page asks every few seconds, and reloads

    def routes(self) -> list[Route]:
        """What to mount."""
        return [Route("/u/{token}/news", self.news)] if self._ports.reception is not None else []

    async def about(self, owner: str, question: str) -> dict[str, str]:
        """What the page says it is for."""
        purpose = purpose_of(question)
        said = {"purpose": purpose, "work": "", "step": "", "campaign": "", "unit": ""}
        said |= {part: self._pages.say(f"upload.{part}.{purpose}") for part in ("title", "what", "choose")}
        if (answers := self._ports.answers) is None:
            return said
        channel, _, address = owner.partition(":")
        asked, heading = await answers.asked(owner, question), await answers.heading(channel, address)
        return said | {"work": asked.title, "step": asked.step, "campaign": heading.title, "unit": heading.unit}

    async def news(self, request: Request) -> Response:
        """How far the uploads of this person are, and what was answered above the id `after`, as JSON."""
        owner, _ = self._opened(request)
        if wait := self._pace.knock(owner):
            raise Refused(429, "slowly", retry=wait, seconds=wait)
        reception, now = self._ports.reception, self._ports.clock.now()
        assert reception is not None, "the route is mounted with a reception only"
        uploads = await reception.uploads.of(owner)
        since = micros(now - LATELY)
        lately = [each for each in uploads if each.state == TOLD and each.done >= since]
        shown = [each for each in uploads if each.state != TOLD and (each.state != OPEN or each.expires > micros(now))]
        answers: list[Shown] = []
        if lately and self._ports.answers is not None:
            causes = [f"{owner.partition(':')[0]}:{each.message}" for each in lately]
            after = number(request.query_params.get("after", "")) or 0
            answers = await self._ports.answers.to(owner, causes, after=after, limit=_MOST)
        return JSONResponse(
            {
                "uploads": [_told(each) for each in (*shown, *lately)],
                "answers": [{"id": str(each.id), "html": self.html(owner, each)} for each in answers],
            }
        )

    def html(self, owner: str, reply: Outgoing | Shown) -> str:
        """A reply to be read here and answered in the chat."""
        return self._pages.draw("answer.html", reply=self.reply(owner, reply))

    def reply(self, owner: str, reply: Outgoing | Shown) -> dict[str, Any]:
        """What the template of a reply draws."""
        text = reply.text.replace(UPLOAD, self._pages.say("this_page"))
        options = [choice.label for choice in reply.choices if not choice.code.startswith(("/", "!"))]
        card = None
        if (attachment := reply.attachment) is not None:
            name = webchat.file_name(attachment.name)
            href = self._links.file_path(owner, attachment, self._ports.clock.now())
            card = {"name": name, "href": href, "ending": webchat.ending(name)}
        return {"body": webchat.markup(text), "options": options, "file": card}


def _told(upload: Upload) -> dict[str, Any]:
    return {
        "id": upload.id,
        "name": upload.name,
        "mark": upload.mark,
        "length": upload.length,
        "arrived": upload.arrived,
        "state": upload.state,
        "why": upload.why,
    }
