"""Mail by SMTP: Chinese and English text, the CAP message beside it as a file."""

import smtplib
import socket
import ssl
import threading
from contextlib import suppress
from email.headerregistry import Address
from email.message import EmailMessage
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from alerts.channel import LONGEST_SEND, BadAddress, Channel, Parcel, Undelivered

_TIMEOUT = 10.0  # seconds for each answer of the server


class Server(NamedTuple):
    """What ZHIHUI_SMTP_URL says: smtp[s]://user:password@host:port?from=ADDRESS&starttls=1."""

    secure: bool
    host: str
    port: int
    user: str
    password: str
    sender: str
    starttls: bool


def server(url: str) -> Server:
    """Read the setting; raises ValueError for what names no server."""
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("ZHIHUI_SMTP_URL must look like smtp://user:password@host:port?from=a@b")
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    secure = parts.scheme == "smtps"
    return Server(
        secure,
        parts.hostname,
        parts.port or (465 if secure else 25),
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        asked.get("from") or f"zhihui@{parts.hostname}",
        asked.get("starttls", "0") in ("1", "yes", "true", "on"),
    )


class Mail(Channel):
    """Sends by the city's own mail server."""

    title_zh = "电子邮件"
    title_en = "E-mail"

    def off(self) -> tuple[str, str] | None:
        """Return why mail is off: no server is set, or the setting cannot be read."""
        if not settings.SMTP_URL:
            return "mail is off: set ZHIHUI_SMTP_URL", "邮件未启用：请设置 ZHIHUI_SMTP_URL"
        try:
            server(settings.SMTP_URL)
        except ValueError:
            return "ZHIHUI_SMTP_URL cannot be read", "ZHIHUI_SMTP_URL 格式有误"
        return None

    def check(self, address: str) -> None:
        """Refuse what is no mail address."""
        try:
            validate_email(address)
            Address(addr_spec=address)
        except (ValidationError, ValueError):
            raise BadAddress("this is no mail address", "邮件地址无效") from None

    def shown(self, address: str) -> str:
        """Return the address: there is no secret in it."""
        return address

    def send(self, parcel: Parcel) -> str:
        """Hand it to the server."""
        why = self.off()
        if why is not None:
            raise Undelivered(*why, final=True)
        at = server(settings.SMTP_URL)
        try:
            return _hand_over(at, _letter(parcel, at.sender))
        except smtplib.SMTPRecipientsRefused as error:
            code, reason = next(iter(error.recipients.values()))
            raise _refused(code, reason) from None
        except smtplib.SMTPResponseException as error:
            raise _refused(error.smtp_code, error.smtp_error) from None
        except (OSError, smtplib.SMTPException) as error:
            what = type(error).__name__
            raise Undelivered(
                f"the mail server cannot be reached: {what}", "无法连接邮件服务器"
            ) from None


def _hand_over(at: Server, letter: EmailMessage) -> str:
    safe = ssl.create_default_context()
    line: smtplib.SMTP
    line = smtplib.SMTP_SSL(context=safe) if at.secure else smtplib.SMTP()
    line.timeout = _TIMEOUT
    line._host = at.host  # type: ignore[attr-defined]  # else set only by a call that connects
    limit = threading.Timer(LONGEST_SEND, _cut, [line])  # a server may answer drop by drop
    limit.daemon = True
    limit.start()
    try:
        line.connect(at.host, at.port)
        if at.starttls:
            line.starttls(context=safe)
        if at.user:
            line.login(at.user, at.password)
        line.send_message(letter)
        with suppress(smtplib.SMTPException, OSError):  # it has taken the letter already
            line.quit()
    finally:
        limit.cancel()
        line.close()
    return "accepted by the mail server"


def _cut(line: smtplib.SMTP) -> None:
    """End what waits on the line; closing alone would wake nobody."""
    if line.sock is not None:
        with suppress(OSError):
            line.sock.shutdown(socket.SHUT_RDWR)


def _letter(parcel: Parcel, sender: str) -> EmailMessage:
    letter = EmailMessage()
    letter["Subject"] = " ".join(parcel.title.split())
    letter["From"] = sender
    letter["To"] = parcel.address
    letter["Message-ID"] = f"<{parcel.uid}@zhihui>"
    letter["Zhihui-Delivery"] = parcel.uid
    letter["Zhihui-Event"] = parcel.kind
    letter.set_content(parcel.text)
    if parcel.cap is not None:
        letter.add_attachment(
            parcel.cap, maintype="application", subtype="cap+xml", filename="warning.cap.xml"
        )
    return letter


def _refused(code: int, reason: bytes | str) -> Undelivered:
    said = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
    words = " ".join(said.split())[:150]
    return Undelivered(
        f"the mail server refused it: {code} {words}",
        f"邮件服务器拒绝：{code} {words}",
        final=500 <= code < 600,
    )
