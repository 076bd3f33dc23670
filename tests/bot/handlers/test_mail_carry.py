"""A mail that was written elsewhere goes out whole, and gets what only its sender knows."""

from __future__ import annotations

from bot.handlers.post import Sent, Wrong
from tests.bot.handlers.test_mail import NOW, Office, opened, sender


async def test_a_mail_that_was_written_elsewhere_goes_out_whole_with_a_sender_a_date_and_a_name() -> None:
    body = b"To: host@example.com\r\nSubject: a+b\r\nReply-To: w@example.com\r\n\r\nhello\r\n"
    async with opened(Office()) as office:
        outcomes = [await sender(office).carry(body, "host@example.com") for _ in range(2)]
        mail, again = office.mail(), office.mail(0)
        assert outcomes == [Sent(remote=str(mail["Message-ID"]))] * 2
        assert mail["Message-ID"] == again["Message-ID"]
        assert (mail["From"].addresses[0].addr_spec, mail["Subject"]) == ("xinshi@example.org", "a+b")
        assert (mail["Reply-To"], mail["Date"].datetime) == ("w@example.com", NOW)
        assert (mail.get_content().strip(), office.got[0][:2]) == (
            "hello",
            ("xinshi@example.org", ["host@example.com"]),
        )
        assert isinstance(await sender(office).carry(body, "two@example.com, b@example.com"), Wrong)
