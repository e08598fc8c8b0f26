"""Pages about mail: one click that stops a kind, the news, what did not arrive."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import EmailField
from wtforms.validators import InputRequired, Length, Regexp

import models
from services.letters import mailings, newsletter, troubles
from services.letters.mailings import BadLink
from services.letters.newsletter import Site
from web.access import only, public, signed_in
from web.context import here, now, session
from web.extensions import csrf, limiter
from web.mailings.words import STATES

pages = Blueprint("mailings", __name__)


class NewsForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types we can use
    """An address for the news."""

    email = EmailField(
        validators=[InputRequired(), Length(max=255), Regexp(r"[^@\s]+@[^@\s]+\.[^@\s]+$")]
    )


@pages.get("/mail/stop/<token>")
@public
def stop(token: str) -> ResponseReturnValue:
    """Say what a kind of mail is, and offer to stop it: a mail scanner opens links too."""
    owner, mailing = _read(token)
    return render_template(
        "mailings/stop.html",
        token=token,
        words=mailings.MAILINGS[mailing],
        done=_is_off(owner, mailing),
    )


@pages.post("/mail/stop/<token>")
@public
def stopped(token: str) -> ResponseReturnValue:
    """Stop one kind of mail, with one click and without signing in."""
    owner, mailing = _read(token)
    if mailing == mailings.NEWS:
        newsletter.stop(session(), owner, now())
    else:
        mailings.stop(session(), owner, mailing, now())
    session().commit()
    if request.form.get("List-Unsubscribe") == "One-Click":
        return Response("Stopped.", mimetype="text/plain")
    return redirect(url_for("mailings.stop", token=token))


@pages.post("/me/mail/<mailing>")
@signed_in
def change(mailing: str) -> ResponseReturnValue:
    """Stop one kind of mail, or have it again."""
    if (
        mailing not in mailings.MAILINGS or mailing == mailings.NEWS
    ):  # the news follow their consent
        abort(404)
    if "again" in request.form:
        mailings.resume(session(), current_user.id, mailing)
        flash(_("You get this mail again."), "success")
    else:
        mailings.stop(session(), current_user.id, mailing, now())
        flash(_("No more mail of this kind."), "success")
    session().commit()
    return redirect(url_for("mydata.show"))


@pages.route("/news", methods=["GET", "POST"])
@public
@limiter.limit("10 per 10 minutes", methods=["POST"])
def news() -> ResponseReturnValue:
    """Ask for an address; write to it, the same whether or not it is known."""
    form = NewsForm()
    if form.validate_on_submit():
        site = Site(here().config, here().secrets)
        newsletter.ask(session(), form.email.data or "", str(get_locale() or "en"), site, now())
        session().commit()
        return render_template("mailings/asked.html")
    return render_template("mailings/news.html", form=form), 422 if form.errors else 200


@pages.route("/news/confirm/<token>", methods=["GET", "POST"])
@public
def confirm(token: str) -> ResponseReturnValue:
    """Ask once more on a page; keep the yes."""
    done = request.method == "POST"
    if done:
        try:
            newsletter.confirm(session(), token, here().secrets, now())
        except BadLink:
            session().rollback()
            return render_template("mailings/too_old.html"), 410
        session().commit()
    return render_template("mailings/confirm.html", token=token, done=done)


@pages.get("/staff/mail")
@only("staff", "admin")
def lost() -> ResponseReturnValue:
    """Show what was not delivered."""
    return render_template(
        "mailings/troubles.html",
        found=troubles.troubles(session()),
        late=troubles.late(session(), now()),
        states=STATES,
    )


@pages.post("/staff/mail/<int:number>/again")
@only("staff", "admin")
def again(number: int) -> ResponseReturnValue:
    """Try one message again."""
    if troubles.send_again(session(), number, now()):
        session().commit()
        flash(_("It is tried again within a minute."), "success")
    else:
        flash(_("It waits already, or its words are gone. Nothing was changed."), "error")
    return redirect(url_for("mailings.lost"))


csrf.exempt(stopped)  # the mail program posts, as RFC 8058 asks; its token is signed


def _read(token: str) -> tuple[int, str]:
    try:
        owner, mailing = mailings.read(here().secrets, token)
    except BadLink:
        abort(404)
    table = models.Subscriber if mailing == mailings.NEWS else models.Account
    if session().get(table, owner) is None:
        abort(404)
    return owner, mailing


def _is_off(owner: int, mailing: str) -> bool:
    if mailing == mailings.NEWS:
        return not newsletter.is_on(session().get_one(models.Subscriber, owner))
    return mailing in mailings.stopped(session(), owner)
