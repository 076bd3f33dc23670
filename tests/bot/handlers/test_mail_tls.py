"""Mails travel over TLS to a server whose certificate is known, with a login that no log shows."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.handlers.post import Later, Sent
from tests.bot.handlers.test_mail import LETTER, Office, opened, sender


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate of 127.0.0.1's own, in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    path.write_bytes(
        key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain) + made.public_bytes(encoding)
    )
    return path


def keeper(server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: object) -> AuthResult:
    """Knows one user."""
    right = isinstance(given, LoginPassword) and (given.login, given.password) == (b"xinshi", b"0000-secret")
    return AuthResult(success=right, handled=False)


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize("password", ["0000-secret", "0000-wrong"])
async def test_a_login_over_tls(certificate: Path, security: str, password: str) -> None:
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(certificate)
    ours = ssl.create_default_context(cafile=str(certificate))
    how: dict[str, Any] = {"authenticator": keeper}
    if security == "tls":
        how |= {"tls": theirs, "auth_require_tls": False}
    else:
        how |= {"tls_context": theirs, "require_starttls": True, "auth_required": True}
    office = Office()
    login: dict[str, Any] = {"user": "xinshi", "password": SecretStr(password)}
    with capture_logs() as logs:
        async with opened(office, **how):
            outcome = await sender(office, security=security, context=ours, **login).send(LETTER, "mail")
            stranger = await sender(office, security=security, **login).send(LETTER, "mail")
    if password == "0000-secret":
        assert (type(outcome), len(office.got)) == (Sent, 1)
    else:
        assert (outcome, office.got) == (Later(600.0, "login refused: 535", everybody=True), [])
        assert [entry["event"] for entry in logs] == ["smtp.login_refused", "smtp.server_away"]
    assert isinstance(stranger, Later)  # whose certificate the machine does not know
    assert password not in str(logs)
