"""The page on which anybody sees whether a certificate is genuine: by its QR code, or by number and check code.

Without the code that is printed beside it a number tells nothing, so that nobody can read who won by counting up.
"""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.config import WebConfig
from web.pace import Pace
from web.pages import Pages
from web.ports_certificates import Certificates
from web.refusals import Answer, refusal_page, telling
from web.refused import Refused

_NUMBER = re.compile(r"[A-Z]{1,6}-\d{4}-\d{4,6}")


class CertificatePages:
    """The routes `/certificates` and `/certificates/{number}`."""

    def __init__(self, config: WebConfig, pages: Pages, certificates: Certificates) -> None:
        self._pages, self._certificates = pages, certificates
        self._pace = Pace(burst=config.send_burst, rate=config.send_rate)
        self._guesses = Pace(burst=config.door_burst, rate=config.door_rate)

    def routes(self) -> list[Route]:
        """What to mount."""
        return [
            Route("/certificates", self._told(self.asked)),
            Route("/certificates/{number}", self._told(self.asked)),
        ]

    def _told(self, answer: Answer) -> Answer:
        return telling(answer, lambda refused: refusal_page(self._pages, refused), scripts=False)

    async def asked(self, request: Request) -> Response:
        """Genuine, withdrawn, unknown; or the form, where the code is not said."""
        number = request.path_params.get("number") or request.query_params.get("number", "")
        number, code = number.strip().upper()[:40], request.query_params.get("code", "").strip()[:40]
        if not number or not code:
            return self._form(number)
        knock = request.client.host if request.client else ""
        if wait := self._pace.knock(knock):
            raise Refused(429, "slowly", retry=wait, seconds=wait)
        found = await self._certificates.verdict(number, code) if _NUMBER.fullmatch(number) else None
        if found is None:
            if wait := self._guesses.knock(knock):
                raise Refused(429, "slowly", retry=wait, seconds=wait)
            return self._form(number, unknown=True)
        return self._pages.answer(self._pages.draw("certificate.html", found=found))

    def _form(self, number: str, *, unknown: bool = False) -> Response:
        page = self._pages.draw("certificate_ask.html", number=number, unknown=unknown)
        return self._pages.answer(page, 404 if unknown else 200)
