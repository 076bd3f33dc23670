"""Mails arrive at a real SMTP server of this machine, and each of its answers becomes its outcome."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from pydantic import SecretStr

from bot.handlers.mail import MailSender, Relay, Words
from bot.handlers.post import Later, Left, Letter, NoFile, Outcome, Sent, Unsure, Wrong
from bot.talk.messages import BOLD, PLAIN, UPLOAD, Attachment, Choice, Outgoing

NOW = datetime(2024, 3, 1, 2, 0, tzinfo=UTC)
WHERE = "这封邮件由程序发出，请不要直接回复。请回到微信里的“信使”作答。"
RELAY = Relay("127.0.0.1", 1, "none", "xinshi@example.org", timeout=5.0)
TEXT = f"距截止还有 {BOLD}3 天{PLAIN}（4月23日 24:00）。\n.\nFrom 您的单位：还差 1 个案例。"
LETTER = Letter(41, "someone@example.com", Outgoing(TEXT, (Choice("go", "接着填"),), kind="reminder"))


@dataclass
class Office:
    """The server's side: what arrived, what it answers to each command, and whether it hangs up after the content."""

    got: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    says: dict[str, str] = field(default_factory=dict)
    hang_up: bool = False
    port: int = 0

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "MAIL" not in self.says:
            envelope.mail_from = address
        return self.says.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "RCPT" not in self.says:
            envelope.rcpt_tos.append(address)
        return self.says.get("RCPT", "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.got.append((envelope.mail_from or "", list(envelope.rcpt_tos), envelope.content))
        if self.hang_up:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return self.says.get("DATA", "250 OK")

    def mail(self, number: int = -1) -> EmailMessage:
        """A mail that arrived, read again."""
        found = message_from_bytes(self.got[number][2], policy=default)
        assert isinstance(found, EmailMessage)
        return found

    def text(self) -> str:
        """The newest mail's text."""
        body = self.mail().get_body(("plain",))
        assert body is not None
        return str(body.get_content()).replace("\r\n", "\n")


class Shelf:
    """Files by their ref."""

    async def contents(self, attachment: Attachment) -> bytes:
        if attachment.ref == "gone":
            raise NoFile("expected a filled form, found none")
        return b"PK\x03\x04 a Word form"


class Still:
    """A clock that stands, and links that name their address."""

    def now(self) -> datetime:
        return NOW

    def file(self, address: str, attachment: Attachment, at: datetime) -> str:
        return ""

    def upload(self, address: str, at: datetime, question: str = "") -> str:
        return f"https://host.example/u/{address}{question and '?q=' + question}"

    def page(self, address: str, at: datetime) -> str:
        return f"https://example.cn/b/{address}"


def words() -> Words:
    return Words("信使", lambda letter: f"提醒：还差 1 个案例（{letter.outgoing.kind}）", lambda _: WHERE, "（重发）")


def sender(office: Office, relay: Relay = RELAY, **changes: Any) -> MailSender:
    return MailSender(replace(relay, port=office.port, **changes), words(), files=Shelf(), clock=Still(), links=Still())


@asynccontextmanager
async def opened(office: Office, *, tls: ssl.SSLContext | None = None, **how: Any) -> AsyncIterator[Office]:
    """The office at work on a free port of 127.0.0.1."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(office, **how), "127.0.0.1", 0, ssl=tls)
    office.port = server.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        server.close()


async def sent(office: Office, letter: Letter = LETTER, **changes: Any) -> Outcome:
    async with opened(office):
        return await sender(office, **changes).send(letter, "mail")


async def test_a_message_arrives_as_plain_text_with_the_sentence_where_to_answer() -> None:
    office = Office()
    outcome = await sent(office)
    [(by, to, raw)] = office.got
    assert (by, to) == ("xinshi@example.org", ["someone@example.com"])
    assert office.text() == f"距截止还有 3 天（4月23日 24:00）。\n.\nFrom 您的单位：还差 1 个案例。\n\n{WHERE}\n"
    mail = office.mail()
    assert [str(mail[name]) for name in ("From", "To", "Subject", "Date", "Auto-Submitted")] == [
        "信使 <xinshi@example.org>",
        "someone@example.com",
        "提醒：还差 1 个案例（reminder）",
        "Fri, 01 Mar 2024 02:00:00 +0000",
        "auto-generated",
    ]
    assert (mail.get_content_type(), mail.get_content_charset()) == ("text/plain", "utf-8")
    assert outcome == Sent(remote=str(mail["Message-ID"]))
    assert raw.isascii()
    assert max(map(len, raw.splitlines())) <= 998


async def test_the_same_letter_has_the_same_name_and_another_has_another() -> None:
    office = Office()
    again = replace(LETTER, again=True)
    other = replace(LETTER, id=42)
    elsewhere = replace(LETTER, address="other@example.com")
    for letter in (LETTER, again, other, elsewhere):
        assert isinstance(await sent(office, letter), Sent)
    names = [str(office.mail(number)["Message-ID"]) for number in range(4)]
    assert (names[0] == names[1], len(set(names))) == (True, 3)
    assert names[0].startswith("<41.")
    assert str(office.mail(1)["Subject"]) == "（重发）提醒：还差 1 个案例（reminder）"


async def test_a_file_goes_along_under_its_name() -> None:
    office = Office()
    file = Attachment("annex", "XA-1", "附件1 申报表（示例市）.docx")
    assert isinstance(await sent(office, replace(LETTER, outgoing=Outgoing("填好了。", attachment=file))), Sent)
    [part] = office.mail().iter_attachments()
    assert (part.get_filename(), part.get_content()) == ("附件1 申报表（示例市）.docx", b"PK\x03\x04 a Word form")
    assert part.get_content_disposition() == "attachment"


async def test_a_file_that_is_gone_is_a_dead_letter_and_nothing_is_sent() -> None:
    office = Office()
    letter = replace(LETTER, outgoing=Outgoing("填好了。", attachment=Attachment("annex", "gone", "a.docx")))
    outcome = await sent(office, letter)
    assert outcome == Wrong("the file can no longer be made: expected a filled form, found none")
    assert office.got == []


async def test_the_upload_mark_becomes_a_link_of_the_receivers_own() -> None:
    office = Office()
    await sent(office, replace(LETTER, outgoing=Outgoing(f"请发到这里：{UPLOAD}")))
    assert office.text().split("\n")[0] == "请发到这里：https://host.example/u/mail:someone@example.com"


async def test_the_upload_link_of_a_question_is_bound_to_it() -> None:
    office = Office()
    await sent(office, replace(LETTER, outgoing=Outgoing(f"请发到这里：{UPLOAD}", question="7/scan")))
    assert office.text().split("\n")[0] == "请发到这里：https://host.example/u/mail:someone@example.com?q=7/scan"


async def test_nothing_that_is_said_becomes_a_header() -> None:
    office = Office()
    evil = "x\r\nBcc: victim@example.net\n\nbody\x00"
    file = Attachment("annex", "1", f"{evil}.docx")
    async with opened(office):
        post = MailSender(
            replace(RELAY, port=office.port),
            Words(evil, lambda _: evil * 9, lambda _: evil, evil),
            files=Shelf(),
            clock=Still(),
        )
        assert isinstance(
            await post.send(replace(LETTER, again=True, outgoing=Outgoing(evil, attachment=file)), ""), Sent
        )
    assert office.got[0][1] == ["someone@example.com"]
    mail = office.mail()
    assert (mail["Bcc"], len(str(mail["Subject"]))) == (None, 120)
    assert [part["Bcc"] for part in mail.walk()] == [None] * 3
    assert not any("\n" in str(value) for _, value in mail.items())


@pytest.mark.parametrize(
    "address",
    [
        "someone@example.com\r\nRCPT TO:<victim@example.net>",
        "someone@example.com, victim@example.net",
        "a@b.example> SIZE=1 <c@d.example",
        "<someone@example.com>",
        "someone",
        "",
        "someone@例子.example",
        '"a b"@example.com',
    ],
)
async def test_what_is_not_exactly_one_address_is_refused_here(address: str) -> None:
    office = Office()
    outcome = await sent(office, replace(LETTER, address=address))
    assert (outcome, office.got) == (Wrong("expected one e-mail address, found something else"), [])


@pytest.mark.parametrize(
    ("command", "answer", "outcome"),
    [
        ("RCPT", "450 4.2.0 Greylisted", Later(300.0, "receiver refused: 450 4.2.0 Greylisted")),
        ("RCPT", "550 5.1.1 No such user", Left("receiver refused: 550 5.1.1 No such user")),
        ("RCPT", "550 nobody here", Left("receiver refused: 550 nobody here")),
        ("RCPT", "552 5.2.2 Mailbox full", Later(300.0, "receiver refused: 552 5.2.2 Mailbox full")),
        ("RCPT", "554 5.7.1 Relay access denied", Wrong("receiver refused: 554 5.7.1 Relay access denied")),
        ("DATA", "451 4.3.0 Try later", Later(300.0, "content refused: 451 4.3.0 Try later")),
        ("DATA", "554 5.7.1 Looks like spam", Wrong("content refused: 554 5.7.1 Looks like spam")),
        ("MAIL", "552 5.3.4 Too large", Wrong("sender refused: 552 5.3.4 Too large")),
        ("MAIL", "451 4.7.1 Slow down", Later(300.0, "sender refused: 451 4.7.1 Slow down")),
        ("MAIL", "553 5.7.1 Not yours", Later(600.0, "sender refused: 553 5.7.1 Not yours", everybody=True)),
    ],
)
async def test_each_answer_of_the_server_is_its_outcome(command: str, answer: str, outcome: Outcome) -> None:
    assert await sent(Office(says={command: answer})) == outcome


async def test_a_connection_cut_after_the_content_leaves_it_open_whether_it_arrived() -> None:
    office = Office(hang_up=True)
    outcome = await sent(office)
    assert (outcome, len(office.got)) == (Unsure("the connection broke after DATA: SMTPServerDisconnected"), 1)


async def test_a_server_that_falls_silent_after_the_content_leaves_it_open_too() -> None:
    office, go_on = Office(), asyncio.Event()

    async def ponder(*_: object) -> str:
        await asyncio.wait_for(go_on.wait(), 5)
        return "250 OK"

    office.handle_DATA = ponder  # type: ignore[method-assign,assignment]  # this one server is slow
    outcome = await sent(office, timeout=0.2)
    go_on.set()
    assert outcome == Unsure("the connection broke after DATA: SMTPReadTimeoutError")


async def test_a_server_that_is_away_is_tried_again() -> None:
    office = Office()
    async with opened(office):
        pass
    outcome = await sender(office).send(LETTER, "mail")
    assert isinstance(outcome, Later)
    assert (outcome.seconds, outcome.everybody) == (60.0, True)


async def test_a_server_that_cannot_do_starttls_gets_nothing() -> None:
    office = Office()
    outcome = await sent(office, security="starttls")
    assert isinstance(outcome, Later)
    assert (outcome.everybody, office.got) == (True, [])


def test_without_tls_only_a_relay_on_this_machine_is_allowed() -> None:
    with pytest.raises(ValueError, match="expected TLS for a mail server elsewhere"):
        Relay("smtp.example.org", 25, "none", "xinshi@example.org")
    with pytest.raises(ValueError, match="expected the sender's address"):
        Relay("127.0.0.1", 25, "none", "信使")


def test_the_password_is_in_no_repr() -> None:
    assert "0000-secret" not in repr(replace(RELAY, user="u", password=SecretStr("0000-secret")))
