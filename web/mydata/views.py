"""The pages of my data."""

import json
from secrets import token_urlsafe
from typing import cast

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_security import logout_user
from sqlalchemy import func, or_, select

import models
from services.letters import mailings, newsletter
from services.letters.newsletter import Site
from services.people import departures, enrolment, rights, signins
from services.safety import apart
from web.access import signed_in
from web.context import here, now, session
from web.mydata.words import CONSENTS, TABLES

pages = Blueprint("mydata", __name__)


@pages.get("/me")
@signed_in
def show() -> ResponseReturnValue:
    """Say what is held, what was agreed to, and what can be done about it."""
    account = _account()
    return render_template(
        "mydata/mydata.html",
        account=account,
        words=CONSENTS,
        purposes=enrolment.PURPOSES,
        given=enrolment.consents(session(), account.id),
        people=enrolment.of(session(), account.id),
        apart=_apart(account),
        blocks=[
            (pair.id, _name(pair, account), block.at)
            for block, pair in apart.blocks(session(), account.id)
        ],
        sign_ins=_sign_ins(account),
        stopped=mailings.stopped(session(), account.id),
        mail=mailings.MAILINGS,
    )


@pages.get("/me/download")
@signed_in
def download() -> ResponseReturnValue:
    """Hand everything over as one JSON file."""
    held = rights.download(session(), _account(), here().keys, now())
    body = json.dumps(held, ensure_ascii=False, indent=2)
    name = f"earshot-{now():%Y-%m-%d}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, mimetype="application/json", headers=headers)


@pages.post("/me/consents/<purpose>")
@signed_in
def consent(purpose: str) -> ResponseReturnValue:
    """Give one consent, or take it back."""
    if purpose not in CONSENTS:
        abort(404)
    if "give" in request.form and purpose == newsletter.PURPOSE:
        site, account = Site(here().config, here().secrets), _account()
        newsletter.ask(session(), account.email, account.locale, site, now())
        flash(_("We have written to you. News come once you have opened the link in that mail."))
    elif "give" in request.form:
        enrolment.consent(session(), current_user.id, [purpose], now())
        flash(_("Kept. You can take it back at any time."), "success")
    else:
        departures.withdraw_consent(session(), current_user.id, purpose, now(), here().config)
        flash(_("Taken back, from this moment."), "success")
    session().commit()
    return redirect(url_for("mydata.show"))


@pages.post("/me/sign-out-everywhere")
@signed_in
def sign_out_everywhere() -> ResponseReturnValue:
    """End every session of this account, this one as well."""
    _account().fs_uniquifier = token_urlsafe(32)
    session().commit()
    logout_user()
    flash(_("You are signed out everywhere."), "success")
    return redirect(url_for("public.landing"))


@pages.post("/me/sign-ins/<int:number>/end")
@signed_in
def end_sign_in(number: int) -> ResponseReturnValue:
    """End one sign-in of this account."""
    if not signins.end(session(), current_user.id, number, now()):
        abort(404)
    session().commit()
    flash(_("Signed out there."), "success")
    return redirect(url_for("mydata.show"))


@pages.post("/me/blocks/<int:number>/end")
@signed_in
def unblock(number: int) -> ResponseReturnValue:
    """Take back the block of the other of a pair, which nobody else learns of."""
    pair = session().get(models.Pair, number)
    if pair is None or not apart.unblock(session(), pair, current_user.id):
        abort(404)
    session().commit()
    flash(_("The block is taken back. The other person learns nothing of it."), "success")
    return redirect(url_for("mydata.show"))


@pages.get("/me/everything")
@signed_in
def read() -> ResponseReturnValue:
    """Show everything as a page to read, table by table, the same as the file."""
    held = rights.download(session(), _account(), here().keys, now())
    return render_template("mydata/read.html", held=held, tables=TABLES)


@pages.route("/me/erase", methods=["GET", "POST"])
@signed_in
def erase() -> ResponseReturnValue:
    """Say what erasing means; erase once the address was typed."""
    account = _account()
    wrong = False
    if request.method == "POST":
        typed = request.form.get("address", "").strip().casefold()
        wrong = typed != account.email.casefold()
        if not wrong:
            rights.erase(session(), account, now(), here().config)
            session().commit()
            logout_user()
            return render_template("mydata/erased.html")
    page = render_template(
        "mydata/erase.html",
        account=account,
        wrong=wrong,
        on_hold=rights.on_hold(session(), account),
        retention_days=here().config.retention.conversation_days,
    )
    return page, 422 if wrong else 200


def _account() -> models.Account:
    return session().get_one(models.Account, current_user.id)


def _sign_ins(account: models.Account) -> list[tuple[models.SignIn, bool]]:
    """Return where the account is signed in, and which of them is this browser."""
    mark = cookie.get("mark", "")
    return [(one, signins.is_this(one, mark)) for one in signins.of(session(), account.id)]


def _name(pair: models.Pair, account: models.Account) -> str:
    """Return the first name of the other of a pair, empty where it was erased."""
    other = pair.second if pair.first.account_id == account.id else pair.first
    return other.first_name


def _apart(account: models.Account) -> int:
    """Return from how many people the account is kept apart, by its own wish or another's."""
    table = models.Exclusion
    mine = or_(table.low == account.key, table.high == account.key)
    wanted = select(func.count()).select_from(table).where(mine, table.reason != "paired")
    return cast(int, session().scalar(wanted))
