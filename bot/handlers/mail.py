"""E-mail out: one message as one plain-text mail with its file, and every answer of the SMTP server as an outcome.

Mail is one-way here: it holds no options, and says where to answer. A mail is named by its outbox number, so that one
sent twice has the same Message-ID. Codes: RFC 5321 4.2, enhanced status codes RFC 3463.
"""

from __future__ import annotations

import hashlib
import mimetypes
import re
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from typing import Literal, Protocol

import structlog
from aiosmtplib import SMTP
from aiosmtplib.errors import (
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)
from pydantic import SecretStr

from bot.handlers.ports import Links
from bot.handlers.post import Files, Later, Left, Letter, NoFile, Outcome, Oversized, Sent, Unsure, Wrong
from bot.talk.messages import BOLD, PAGE, PLAIN, UPLOAD, Attachment
from rules.cleaning import clean, one_line
from rules.faults import Unreadable
from rules.mailboxes import read_email

_LOG = structlog.get_logger("xinshi.mail")

CHANNEL = "mail"
#: Hosts that are this machine: only there a mail may travel without TLS.
HERE = frozenset({"127.0.0.1", "::1", "localhost"})
#: Seconds to another try: the server is away, asks for patience (greylisting: 5 minutes), or our settings are wrong.
AWAY, PATIENCE, SETTINGS = 60.0, 300.0, 600.0
#: Bytes of a file that goes inside a mail; many servers take no mail above 20 MB, and base64 adds a third.
ENCLOSED = 10 * 2**20
#: Characters of a subject, and of a server's reason that is kept.
_SUBJECT, _REASON = 120, 200
_SIZE = 552  # RFC 1870: the message is larger than the server takes
_ENHANCED = re.compile(r"[45]\.(\d{1,3}\.\d{1,3})\b")


class Clock(Protocol):
    """The deployment's time."""

    def now(self) -> datetime:
        """The present instant, aware."""
        ...


@dataclass(frozen=True, slots=True)
class Relay:
    """The SMTP server that takes our mail. `sender` is our address; `user` "" logs in nowhere.

    `security` is "tls" (from the first byte), "starttls" (never without), or "none", for a relay on this machine.
    `context` replaces the machine's trusted authorities, for a server with one of its own. `timeout` is in seconds.
    Raises `ValueError` for settings under which nothing may be sent.
    """

    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    sender: str
    user: str = ""
    password: SecretStr | None = None
    context: ssl.SSLContext | None = None
    timeout: float = 60.0

    def __post_init__(self) -> None:
        if self.security == "none" and self.host not in HERE:
            raise ValueError(f"expected TLS for a mail server elsewhere, found none for {self.host}; check [mail]")
        try:
            read_email(self.sender)
        except Unreadable:
            raise ValueError(f"expected the sender's address, found {self.sender!r}; check [mail] sender") from None


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences around a message.

    Our name, the subject of a letter, its last paragraph (where to answer), and the mark of one that is sent again.
    """

    name: str
    subject: Callable[[Letter], str]
    where: Callable[[Letter], str]
    again: str


class MailSender:
    """The `Sender` of the channel "mail". Every mail has a connection of its own: there are few."""

    def __init__(self, relay: Relay, words: Words, *, files: Files, clock: Clock, links: Links | None = None) -> None:
        self._relay, self._words, self._files, self._clock, self._links = relay, words, files, clock, links
        self._domain = relay.sender.rpartition("@")[2].lower()

    @property
    def channel(self) -> str:
        """The channel's name."""
        return CHANNEL

    async def send(self, letter: Letter, way: str) -> Outcome:
        """Deliver a letter, whole. Raises nothing that a server or an address could bring about."""
        if not _is_one(letter.address):
            return Wrong("expected one e-mail address, found something else")
        try:
            mail = await self._written(letter)
        except NoFile as gone:
            return Wrong(f"the file can no longer be made: {_reason(str(gone))}")
        return await self._carry(mail.as_bytes(), letter.address, str(mail["Message-ID"]))

    async def carry(self, mail: bytes, receiver: str) -> Outcome:
        """Hand over a mail that was written elsewhere, without sender and date. Raises nothing that a server could do.

        Its name depends on what it says, so that one sent twice has the same Message-ID.
        """
        if not _is_one(receiver):
            return Wrong("expected one e-mail address, found something else")
        name = f"<{hashlib.sha256(mail).hexdigest()[:32]}@{self._domain}>"
        head = EmailMessage(SMTP_POLICY)
        head["From"] = Address(one_line(self._words.name), addr_spec=self._relay.sender)
        head["Date"], head["Message-ID"] = format_datetime(self._clock.now()), name
        # An empty message is its header and the line that ends it; the mail's own header goes on from there.
        return await self._carry(head.as_bytes().rstrip(b"\r\n") + b"\r\n" + mail, receiver, name)

    async def _written(self, letter: Letter) -> EmailMessage:
        """The mail. Header values are single lines without control characters, so nobody can add a header."""
        mail, at, said = EmailMessage(SMTP_POLICY), self._clock.now(), letter.outgoing
        subject = f"{self._words.again if letter.again else ''}{self._words.subject(letter)}"
        mail["From"] = Address(one_line(self._words.name), addr_spec=self._relay.sender)
        mail["To"] = Address(addr_spec=letter.address)
        mail["Subject"] = one_line(subject)[:_SUBJECT]
        mail["Date"] = format_datetime(at)
        mail["Message-ID"] = self._name(letter)
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
        address, upload = f"{CHANNEL}:{letter.address}", ""
        if self._links and UPLOAD in said.text:
            upload = self._links.upload(address, at, said.question)
        text = said.text.replace(BOLD, "").replace(PLAIN, "").replace(UPLOAD, upload)
        if PAGE in text:
            text = text.replace(PAGE, self._links.page(address, at) if self._links else "")
        body = await self._enclosed(said.attachment) if said.attachment is not None else None
        if said.attachment is not None and body is None:
            text = f"{text.strip()}\n\n{self._linked(address, said.attachment, at)}"
        mail.set_content(clean(f"{text.strip()}\n\n{self._words.where(letter)}\n"), cte="base64")
        if said.attachment is not None and body is not None:
            name = one_line(said.attachment.name)
            main, _, sub = (mimetypes.guess_type(name)[0] or "application/octet-stream").partition("/")
            mail.add_attachment(body, maintype=main, subtype=sub, filename=name)
        return mail

    async def _enclosed(self, attachment: Attachment) -> bytes | None:
        """A file that fits into a mail, None for one that does not. Raises `NoFile`."""
        try:
            body = await self._files.contents(attachment)
        except Oversized:
            return None
        return body if len(body) <= ENCLOSED or self._links is None else None

    def _linked(self, address: str, attachment: Attachment, at: datetime) -> str:
        """The name of a file and where to get it. Raises `NoFile` where there is no public page."""
        link = self._links.file(address, attachment, at) if self._links else ""
        if not link:
            raise NoFile("it is too large for a mail, and there is no public page")
        return f"{one_line(attachment.name)}\n{link}"

    def _name(self, letter: Letter) -> str:
        """The Message-ID: the outbox number, and a digest that keeps two deployments apart."""
        said = f"{letter.address}\n{letter.outgoing.text}"
        return f"<{letter.id}.{hashlib.sha256(said.encode('utf-8', 'replace')).hexdigest()[:16]}@{self._domain}>"

    async def _carry(self, mail: bytes, receiver: str, name: str) -> Outcome:
        relay = self._relay
        client = SMTP(
            hostname=relay.host,
            port=relay.port,
            local_hostname=self._domain,
            timeout=relay.timeout,
            use_tls=relay.security == "tls",
            start_tls=relay.security == "starttls",
            tls_context=relay.context,
            username=relay.user or None,
            password=relay.password.get_secret_value() if relay.password and relay.user else None,
        )
        try:
            await client.connect()
            return await self._handed_over(client, mail, receiver, name)
        except SMTPAuthenticationError as refused:
            _LOG.error("smtp.login_refused", host=relay.host, user=relay.user, code=refused.code)
            return Later(SETTINGS, f"login refused: {refused.code}", everybody=True)
        except SMTPSenderRefused as refused:
            return self._sender_refused(refused)
        except SMTPRecipientRefused as refused:
            return _receiver_refused(refused)
        except (SMTPException, OSError) as failed:
            _LOG.warning("smtp.server_away", host=relay.host, failure=type(failed).__name__)
            return Later(AWAY, f"no connection: {_reason(str(failed))}", everybody=True)
        finally:
            client.close()

    async def _handed_over(self, client: SMTP, mail: bytes, receiver: str, name: str) -> Outcome:
        """MAIL, RCPT, DATA. What breaks before DATA was certainly not delivered and is raised."""
        await client.mail(self._relay.sender)
        await client.rcpt(receiver)
        try:
            await client.data(mail)
        except SMTPDataError as refused:
            why = f"content refused: {refused.code} {_reason(refused.message)}"
            return Later(PATIENCE, why) if refused.code < 500 else Wrong(why)
        except (SMTPServerDisconnected, SMTPTimeoutError, OSError) as failed:
            return Unsure(f"the connection broke after DATA: {type(failed).__name__}")
        with suppress(SMTPException, OSError):  # it is delivered; a farewell that fails changes nothing
            await client.quit()
        return Sent(remote=name)

    def _sender_refused(self, refused: SMTPSenderRefused) -> Outcome:
        """Refused at MAIL: too large, not now, or our own settings, which then concern every mail."""
        why = f"sender refused: {refused.code} {_reason(refused.message)}"
        if refused.code == _SIZE:
            return Wrong(why)
        if refused.code < 500:
            return Later(PATIENCE, why)
        _LOG.error("smtp.sender_refused", host=self._relay.host, sender=self._relay.sender, code=refused.code)
        return Later(SETTINGS, why, everybody=True)


def _receiver_refused(refused: SMTPResponseException) -> Outcome:
    """Refused at RCPT. A full mailbox (x.2.2) may be emptied; a policy (x.7.y) says nothing about the address."""
    why = f"receiver refused: {refused.code} {_reason(refused.message)}"
    found = _ENHANCED.search(refused.message)
    detail = found[1] if found else ""
    if refused.code < 500 or detail == "2.2":
        return Later(PATIENCE, why)
    return Wrong(why) if detail.startswith("7.") else Left(why)


def _is_one(address: str) -> bool:
    """Whether this is exactly one address, with nothing around it."""
    try:
        return read_email(address).lower() == address.lower()
    except Unreadable:
        return False


def _reason(said: str) -> str:
    """What a server said, short enough to be kept."""
    return one_line(said)[:_REASON]
