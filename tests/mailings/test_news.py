"""News go to whoever asked and then confirmed by mail, and end with one click."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from services.letters import mailings, newsletter
from services.letters.mailings import BadLink
from services.letters.newsletter import Site
from services.people import enrolment
from tests import factories
from tests.factories import NOW
from tests.visitors import Visitor

LATER = NOW + timedelta(hours=2)


@pytest.fixture
def site(config, secret) -> Site:
    return Site(config, secret)


def links(session: Session) -> list[str]:
    found = session.scalars(
        select(models.Mail.text).where(models.Mail.kind == "news_confirm").order_by(models.Mail.id)
    )
    return [re.search(r"https?://\S+/news/confirm/(\S+)", text)[1] for text in found]


def subscribe(session: Session, site: Site, email: str = "ada@example.org") -> models.Subscriber:
    made = newsletter.ask(session, email, "en", site, NOW)
    return newsletter.confirm(session, links(session)[-1], site.secrets, NOW) or made


def test_nobody_gets_news_before_the_link_in_the_mail(session, site):
    asked = newsletter.ask(session, " Ada@Example.org ", "en", site, NOW)

    assert newsletter.send(session, "News", "Much was new.", "spring", NOW) == 0
    newsletter.confirm(session, links(session)[0], site.secrets, LATER)

    assert newsletter.is_on(asked)
    assert newsletter.send(session, "News", "Much.\n\nWas new.", "spring", LATER) == 1
    newsletter.send(session, "News", "Much.\n\nWas new.", "spring", LATER)
    sent = session.scalars(select(models.Mail).where(models.Mail.kind == "news")).one()
    assert (sent.recipient, sent.subject) == ("ada@example.org", "News")
    assert "Much.\n\nWas new.\n\nEarshot" in sent.text


def test_asking_again_writes_at_most_once_an_hour_and_never_to_whoever_confirmed(session, site):
    newsletter.ask(session, "ada@example.org", "en", site, NOW)
    newsletter.ask(session, "ada@example.org", "en", site, NOW + timedelta(minutes=5))
    assert len(links(session)) == 1

    newsletter.ask(session, "ada@example.org", "en", site, LATER)
    assert len(links(session)) == 2
    newsletter.confirm(session, links(session)[1], site.secrets, LATER)
    newsletter.ask(session, "ada@example.org", "en", site, LATER + timedelta(days=1))

    assert len(links(session)) == 2


def test_an_old_or_forged_link_confirms_nothing(session, site):
    asked = newsletter.ask(session, "ada@example.org", "en", site, NOW)
    [link] = links(session)

    with pytest.raises(BadLink):
        newsletter.confirm(session, link, site.secrets, NOW + timedelta(days=8))
    for forged in ("", "x.y", "99.abc", link[:-1] + "x"):
        with pytest.raises(BadLink):
            newsletter.confirm(session, forged, site.secrets, NOW)
    assert asked.confirmed_at is None


def test_an_account_s_consent_comes_with_the_yes_and_goes_with_the_end(session, site):
    account = factories.account(session, email="Ada@example.org")
    subscribed = subscribe(session, site)
    assert newsletter.PURPOSE in enrolment.consents(session, account.id)

    newsletter.stop(session, subscribed.id, LATER)

    assert newsletter.PURPOSE not in enrolment.consents(session, account.id)
    assert not newsletter.is_on(subscribed)
    newsletter.stop(session, subscribed.id, LATER)
    with pytest.raises(BadLink):
        newsletter.stop(session, 99, NOW)
    newsletter.stop_for(session, "nobody@example.org", NOW)


def test_taking_the_consent_back_ends_the_news(app: Flask, session, site):
    account = factories.account(session, email="ada@example.org")
    subscribed = subscribe(session, site)
    session.commit()

    Visitor(app, account).post("/me/consents/newsletter")

    session.refresh(subscribed)
    assert subscribed.stopped_at is not None


def test_agreeing_on_my_data_asks_by_mail_first(app: Flask, session):
    account = factories.account(session, email="ada@example.org")
    session.commit()

    Visitor(app, account).post("/me/consents/newsletter", give="1")

    assert enrolment.consents(session, account.id) == {}
    assert len(links(session)) == 1


def test_the_pages_from_the_address_to_the_end(app: Flask, session, secret):
    visitor = Visitor(app)
    assert visitor.post("/news", email="no address").status_code == 422
    assert "Look into your mail" in visitor.post("/news", email="ada@example.org").text
    path = f"/news/confirm/{links(session)[0]}"

    assert "Once more, please" in visitor.get(path).text
    assert session.scalars(select(models.Subscriber.confirmed_at)).one() is None
    assert "You get the news" in visitor.post(path).text
    assert visitor.post("/news/confirm/1.x").status_code == 410

    session.rollback()
    subscribed = session.scalars(select(models.Subscriber)).one()
    sent = models.Mail(kind="news", recipient="ada@example.org")
    end = mailings.link(session, sent, secret).path
    visitor.post(end)
    assert "No more mail of this kind: News about Earshot" in visitor.get(end).text
    session.refresh(subscribed)
    assert not newsletter.is_on(subscribed)


def test_the_command_sends_a_file(session, site, tmp_path: Path, monkeypatch):
    from click.testing import CliRunner

    from earshot import main

    subscribe(session, site)
    session.commit()
    monkeypatch.setenv("EARSHOT_DATABASE_URL", site.config.database.url)
    monkeypatch.setenv("EARSHOT_DATABASE_KEYS", site.config.database.keys)
    monkeypatch.setenv("EARSHOT_SITE_SECRETS", site.config.site.secrets)
    file = tmp_path / "spring.txt"
    file.write_text("What was new\n\nMuch.\n")

    said = CliRunner().invoke(main, ["mail", "news", str(file)])
    assert said.exit_code == 0, said.output
    assert "To 1 readers, as spring" in said.output
    file.write_text("only a subject\n")
    assert CliRunner().invoke(main, ["mail", "news", str(file)]).exit_code == 1
