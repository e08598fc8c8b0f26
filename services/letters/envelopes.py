"""The words and the form of outgoing mail: templates in the reader's language, MIME messages."""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from functools import cache
from html import escape
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime, get_timezone_name
from babel.support import Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context, select_autoescape
from jinja2.runtime import Context

import models
from services.letters import calendar
from services.letters.mailings import Stop

TEMPLATES = Path(__file__).parent / "mails"
TRANSLATIONS = Path(__file__).parents[2] / "web" / "translations"
GUEST = "guest_"  # kinds of mail to somebody who has no account
ADDRESS = re.compile(r"https?://\S+")
STOP = '{{ _("No more mail of this kind") }}'
LINK = re.compile(r"(.+):\n(https?://\S+)")
# What would turn the direction of the text around it, or break the line it stands in.
UNSEEN = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True, slots=True)
class Letter:
    """One message in words."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a letter; one with an `url` is a link."""

    text: str
    url: str | None = None


def write(kind: str, locale: str, zone: str, context: Mapping[str, object]) -> Letter:
    """Render mails/<kind>.txt; its first line is the subject, the rest both bodies.

    A paragraph `label:` with an address in its second line becomes a link in the HTML body.
    """
    environment = _environment(locale)
    known = {key: _one_line(value) for key, value in context.items()}
    text = environment.get_template(f"{kind}.txt").render(known, zone=zone)
    subject, _, body = text.strip().partition("\n")
    body = re.sub(r"\n{3,}", "\n\n", body.strip())
    language = Locale.parse(locale.replace("-", "_"))
    html = environment.get_template("frame.html").render(
        subject=subject,
        paragraphs=list(_paragraphs(body)),
        lang=locale.replace("_", "-"),
        dir=language.text_direction,
    )
    return Letter(subject.strip(), f"{body}\n", html)


def message(
    mail: models.Mail, sender: str, site: str, now: datetime, stop: Stop | None = None
) -> EmailMessage:
    """Return *mail* as a MIME message; raise ValueError where a header cannot be written.

    *stop* is what ends mail of its kind with one click (RFC 8058).
    """
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = sender, mail.recipient, mail.subject
    made["Date"] = now
    made["Message-ID"] = message_id(mail.dedupe, site)
    made["Auto-Submitted"] = "auto-generated"
    text, html = mail.text, mail.html
    if stop is not None:
        address, words = f"{site}{stop.path}", _stop_words(stop.locale)
        made["List-Unsubscribe"] = f"<{address}>"
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        text += f"\n{words}:\n{address}\n"
        html = html.replace("</body>", f'<p><a href="{address}">{escape(words)}</a></p>\n</body>')
    elif mail.kind.startswith(
        GUEST
    ):  # a guest has no account, but a link in the text, the last one
        made["List-Unsubscribe"] = f"<{ADDRESS.findall(mail.text)[-1]}>"
    made.set_content(text)
    if html:
        made.add_alternative(html, subtype="html")
    if mail.calendar is not None:
        _enclose(
            made,
            calendar.addressed(mail.calendar, parseaddr(sender)[1], parseaddr(mail.recipient)[1]),
        )
    return made


def _stop_words(locale: str) -> str:
    render: Callable[[], str] = _environment(locale).from_string(STOP).render
    return render()


def _enclose(made: EmailMessage, event: bytes) -> None:
    """Add *event* twice: as a part that mail programs act on, and as a file."""
    method = calendar.method(event)
    made.add_alternative(
        event.decode(), subtype="calendar", params={"method": method}, cte="base64"
    )
    made.add_attachment(event, maintype="application", subtype="ics", filename="conversation.ics")


def message_id(dedupe: str, site: str) -> str:
    """Return an identifier that a second try keeps, so that receivers can tell it is the same."""
    digest = hashlib.sha256(dedupe.encode()).hexdigest()[:32]
    return f"<{digest}@{urlsplit(site).hostname}>"


def _paragraphs(body: str) -> Iterator[Paragraph]:
    for block in body.split("\n\n"):
        link = LINK.fullmatch(block)
        yield Paragraph(link[1], link[2]) if link else Paragraph(block)


def _one_line(value: object) -> object:
    return UNSEEN.sub(" ", value) if isinstance(value, str) else value


@cache
def _environment(locale: str) -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        extensions=["jinja2.ext.i18n"],
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    words = Translations.load(str(TRANSLATIONS), [locale.replace("-", "_")])
    made.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined]  # the extension's
    made.filters["when"] = _when
    made.globals["locale"] = locale.replace("-", "_")
    return made


@pass_context
def _when(context: Context, moment: datetime) -> str:
    """Say *moment* on the reader's clock, and which clock that is."""
    zone, locale = ZoneInfo(context["zone"]), context["locale"]
    local = moment.astimezone(zone)
    said = format_datetime(local, "EEEE d MMMM, HH:mm", locale=locale)
    return f"{said} ({get_timezone_name(local, locale=locale)})"
