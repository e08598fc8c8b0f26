"""Mail is stopped kind by kind: with one click from the mail, or on one's own page."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

import models
from services.letters import mail, mailings
from services.letters.mailings import BadLink
from tests import factories, mailbox
from tests.factories import NOW
from tests.visitors import Visitor


@pytest.fixture
def ada(session: Session) -> models.Account:
    made = factories.account(session)
    session.commit()
    return made


def write(session: Session, account: models.Account, kind: str, dedupe: str) -> None:
    about = {"programme": "P", "other": "Mira", "url": "https://e.org/x", "at": NOW, "until": NOW}
    mail.queue(
        session,
        to=account,
        kind=kind,
        dedupe=dedupe,
        context={**about, "minutes": 60},
        now=NOW,
    )


def kinds(session: Session) -> list[str]:
    return list(session.scalars(select(models.Mail.kind).order_by(models.Mail.id)))


def test_every_kind_with_a_template_belongs_to_a_mailing_or_was_asked_for():
    from services.letters.envelopes import TEMPLATES

    for path in TEMPLATES.glob("*.txt"):
        mailing = mailings.of(path.stem)
        assert mailing in mailings.MAILINGS or path.stem.startswith(mailings.ASKED_FOR)


def test_a_stopped_kind_is_written_no_more_and_the_others_are(session, ada):
    write(session, ada, "reminder_day", "one")
    mailings.stop(session, ada.id, mailings.REMINDERS, NOW)
    mailings.stop(session, ada.id, mailings.REMINDERS, NOW)

    write(session, ada, "reminder_hour", "two")
    write(session, ada, "scheduled", "three")

    assert kinds(session) == ["scheduled"]
    mailings.resume(session, ada.id, mailings.REMINDERS)
    write(session, ada, "reminder_hour", "two")
    assert kinds(session) == ["scheduled", "reminder_hour"]


def test_what_was_sent_stays_and_codes_always_come(session, ada):
    write(session, ada, "reminder_day", "one")
    session.scalars(select(models.Mail)).one().sent_at = NOW
    mailings.stop(session, ada.id, mailings.REMINDERS, NOW)

    assert kinds(session) == ["reminder_day"]
    assert mailings.of("account_code") is None
    assert mailings.wants(session, ada.email, "account_code")


@pytest.mark.parametrize(
    "forged",
    ["", "1", "x.reminders.y", "1.reminders", "1.reminders.0", "1.everything.0", "².reminders.x"],
)
def test_a_link_that_was_not_made_here_is_refused(secret, forged):
    with pytest.raises(BadLink):
        mailings.read(secret, forged)


def test_a_link_is_good_for_its_own_kind_and_person_only(secret):
    number, _, signature = mailings.token(secret, 7, "reminders").split(".")

    assert mailings.read(secret, f"{number}.reminders.{signature}") == (7, "reminders")
    for forged in (f"8.reminders.{signature}", f"7.invitations.{signature}"):
        with pytest.raises(BadLink):
            mailings.read(secret, forged)


def test_one_click_in_a_mail_program_stops_it(app: Flask, session, main_engine, config, ada):
    write(session, ada, "reminder_day", "one")
    write(session, ada, "scheduled", "two")
    session.commit()
    context = app.extensions["earshot"]
    with mailbox.running() as box:
        mail.send_due(sessionmaker(main_engine), box.settings(config), context.secrets, NOW)
        header = box.messages[0]["List-Unsubscribe"].strip("<>")
        assert box.messages[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = header.removeprefix(config.site.url)

    answer = app.test_client().post(path, data={"List-Unsubscribe": "One-Click"})

    assert (answer.status_code, answer.text) == (200, "Stopped.")
    assert mailings.stopped(session, ada.id) == {"reminders"}


def test_opening_the_link_asks_first_because_scanners_open_links_too(app, session, secret, ada):
    visitor = Visitor(app)
    path = f"/mail/stop/{mailings.token(secret, ada.id, 'invitations')}"

    assert "Stop this kind of mail: Invitations" in visitor.get(path).text
    assert mailings.stopped(session, ada.id) == set()
    answer = visitor.post(path)

    assert answer.location == path
    assert "No more mail of this kind: Invitations" in visitor.get(path).text
    session.expire_all()
    assert mailings.stopped(session, ada.id) == {"invitations"}


def test_a_link_of_nobody_leads_nowhere(app, secret):
    visitor = Visitor(app)

    assert visitor.get("/mail/stop/7.reminders.x").status_code == 404
    assert visitor.get(f"/mail/stop/{mailings.token(secret, 99, 'reminders')}").status_code == 404


def test_my_data_stops_and_resumes(app, session, ada):
    visitor = Visitor(app, ada)

    visitor.post("/me/mail/arrangements")
    assert mailings.stopped(session, ada.id) == {"arrangements"}
    assert "Have it again" in visitor.get("/me").text
    visitor.post("/me/mail/arrangements", again="1")

    session.rollback()
    assert mailings.stopped(session, ada.id) == set()
    assert visitor.post("/me/mail/news").status_code == 404
    assert visitor.post("/me/mail/nothing").status_code == 404


def test_mail_to_somebody_who_is_gone_has_no_link(session, secret):
    lost = models.Mail(kind="scheduled", recipient="gone@example.org")

    assert mailings.link(session, lost, secret) is None
    assert mailings.link(session, models.Mail(kind="account_code"), secret) is None
