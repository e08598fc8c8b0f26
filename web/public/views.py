"""Landing and pledge."""

from typing import cast

from flask import Blueprint, Response, abort, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeSerializer

from services.letters.newsletter import Reader
from services.pairing import openings
from services.people import pledges
from web import context
from web.access import public
from web.context import here, now
from web.extensions import limiter
from web.public import pictures
from web.public.forms import KeepForm, PledgeForm

pages = Blueprint("public", __name__)

# A card is its address: the same one for everybody who asks. Other sites may show it.
KEPT = {
    "Cache-Control": "public, max-age=86400",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


@pages.get("/")
@public
def landing() -> ResponseReturnValue:
    """Say what happens in a conversation."""
    opening = openings.today(context.session(), now())
    return render_template(
        "public/landing.html",
        pledges=pledges.count(context.session()),
        today=opening,
        is_open=opening is not None and opening.opens_at <= now(),
    )


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
    return _card(card, _name(card), KeepForm())


@pages.post("/pledge/<card>/keep")
@public
@limiter.limit("10 per 10 minutes")
def keep(card: str) -> ResponseReturnValue:
    """Mail a link that ties this browser's pledge to an account, whenever there is one."""
    name, form = _name(card), KeepForm()
    taken = pledges.find(context.session(), session.get("pledge", ""))
    if taken is None or not form.validate_on_submit():
        return _card(card, name, form), 422
    address = (form.email.data or "").strip().lower()
    url = url_for("public.kept", mark=_marks().dumps(taken.token), _external=True)
    to = Reader(address, str(get_locale() or "en"))
    pledges.write(context.session(), taken, to, url, now())
    context.session().commit()
    flash(_("Look into your mail: there is a link in it that keeps your promise."), "success")
    return redirect(url_for("public.card", card=card))


@pages.get("/pledge/kept/<mark>")
@public
def kept(mark: str) -> ResponseReturnValue:
    """Let whoever opens the link carry the pledge to their account: this one, or the next."""
    try:
        token = str(_marks().loads(mark))
    except BadSignature:
        abort(404)
    session["pledge"] = token
    if not current_user.is_authenticated:
        flash(_("Your promise comes along when you sign up or sign in here."), "success")
        return redirect(url_for("security.register"))
    if pledges.link(context.session(), token, current_user.id):
        context.session().commit()
        flash(_("Your promise is kept with your account."), "success")
    return redirect(url_for("home.show"))


@pages.get("/pledge/<card>.svg")
@public
def picture(card: str) -> ResponseReturnValue:
    """Return the card as a picture to keep or share."""
    drawn = render_template("public/card.svg", name=_name(card))
    return Response(drawn, mimetype="image/svg+xml", headers=KEPT)


@pages.get("/pledge/<card>.png")
@public
def image(card: str) -> ResponseReturnValue:
    """Return the card as a PNG: what places that show links take, 1200 by 630 pixels."""
    drawn = render_template("public/card.svg", name=_name(card))
    return Response(pictures.png(drawn), mimetype="image/png", headers=KEPT)


def _card(card: str, name: str, form: KeepForm) -> str:
    return render_template(
        "public/card.html",
        name=name,
        card=card,
        form=form,
        mine="pledge" in session,
        pledges=pledges.count(context.session()),
    )


def _marks() -> URLSafeSerializer:
    return URLSafeSerializer(here().secrets.derive("pledge to keep"), salt="pledge")


def _cards() -> URLSafeSerializer:
    return URLSafeSerializer(here().secrets.derive("pledge card"), salt="card")


def _name(card: str) -> str:
    try:
        return cast(str, _cards().loads(card))
    except BadSignature:
        abort(404)
