"""The pages of my data."""

import json
from secrets import token_urlsafe
from typing import cast

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_security import logout_user
from sqlalchemy import func, or_, select

import models
from services import departures, enrolment, rights
from web.access import signed_in
from web.context import here, now, session
from web.mydata.words import CONSENTS

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
    if "give" in request.form:
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


def _apart(account: models.Account) -> int:
    """Return from how many people the account is kept apart, by its own wish or another's."""
    table = models.Exclusion
    mine = or_(table.low == account.key, table.high == account.key)
    wanted = select(func.count()).select_from(table).where(mine, table.reason != "paired")
    return cast(int, session().scalar(wanted))
