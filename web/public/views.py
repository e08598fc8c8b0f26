"""Landing and pledge."""

from typing import cast

from flask import Blueprint, Response, abort, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeSerializer

from services import pledges
from web import context
from web.access import public
from web.context import here, now
from web.public.forms import PledgeForm

pages = Blueprint("public", __name__)


@pages.get("/")
@public
def landing() -> ResponseReturnValue:
    """Say what happens in a conversation."""
    return render_template("public/landing.html", pledges=pledges.count(context.session()))


@pages.route("/pledge", methods=["GET", "POST"])
@public
def pledge() -> ResponseReturnValue:
    """Ask for the promise to listen; count it and lead to its card."""
    form = PledgeForm()
    if form.validate_on_submit():
        taken = pledges.take(context.session(), now())
        context.session().commit()
        session["pledge"] = taken.token
        name = " ".join((form.first_name.data or "").split())
        return redirect(url_for("public.card", card=_cards().dumps(name), taken=1))
    return render_template(
        "public/pledge.html", form=form, pledges=pledges.count(context.session())
    )


@pages.get("/pledge/<card>")
@public
def card(card: str) -> ResponseReturnValue:
    """Show a card; its name lives in its signed address, not with us."""
    return render_template(
        "public/card.html",
        name=_name(card),
        card=card,
        mine="pledge" in session,
        pledges=pledges.count(context.session()),
    )


@pages.get("/pledge/<card>.svg")
@public
def picture(card: str) -> ResponseReturnValue:
    """Return the card as a picture to keep or share."""
    drawn = render_template("public/card.svg", name=_name(card))
    return Response(drawn, mimetype="image/svg+xml")


def _cards() -> URLSafeSerializer:
    return URLSafeSerializer(here().secrets.derive("pledge card"), salt="card")


def _name(card: str) -> str:
    try:
        return cast(str, _cards().loads(card))
    except BadSignature:
        abort(404)
