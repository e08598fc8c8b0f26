"""Rounds before anybody is told: made, looked at, changed by hand, published, taken back."""

from collections import OrderedDict
from typing import cast

import gevent
from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

import matcher
import models
from matcher.errors import BadInput
from matcher.swap import Swap
from services.pairing import decisions, pools, proposals, rounds
from services.pairing.proposals import Ready
from services.staff import questionnaires
from web.access import only
from web.context import here, now, session
from web.extensions import db
from web.staff import rounds_words as words
from web.staff.found import programme

LINES = 50
REMEMBERED = 4  # previews ready for questions, by process
CACHE = "earshot previews"

pages = Blueprint("rounds", __name__, url_prefix="/staff/programmes/<slug>/rounds")
staff = only("staff", "admin")


@pages.get("")
@staff
def listed(slug: str) -> ResponseReturnValue:
    """List the previews and the rounds that were published."""
    of = programme(slug)
    published = session().scalars(
        select(models.Round)
        .where(models.Round.programme_id == of.id)
        .order_by(models.Round.at.desc())
        .limit(20)
    )
    return render_template(
        "staff/rounds.html",
        programme=of,
        previews=proposals.latest(session(), of),
        rounds=published.all(),
        waiting=pools.size(session(), of, now()),
        words=words,
    )


@pages.post("")
@staff
def make(slug: str) -> ResponseReturnValue:
    """Run the matcher and show what it found; nobody is told."""
    draft = (now(), int(now().timestamp()) % 2**31, current_user.id)
    session().rollback()
    try:
        number = proposals.make(sessions(), slug, here().config, draft, _aside)
    except (rounds.NotOpen, BadInput) as error:
        flash(_("No round was run. %(why)s", why=str(error)), "error")
        return redirect(url_for("rounds.listed", slug=slug))
    return redirect(url_for("rounds.show", slug=slug, number=number))


@pages.get("/<int:number>")
@staff
def show(slug: str, number: int) -> ResponseReturnValue:
    """Show a preview, and on request what pairing two people by hand would cost."""
    of, kept = programme(slug), _preview(slug, number)
    body = proposals.unpack(kept)
    one, two = (request.args.get(name, type=int) for name in ("one", "two"))
    cost, refused = None, ""
    if one and two and kept.state == "open":
        try:
            cost = _ready(kept).cost(one, two)
        except proposals.Impossible as error:
            refused = words.impossible(error)
    asked = questionnaires.current(session(), of.questionnaire, of.languages[0])
    count = max(1, -(-len(body.pairs) // LINES))
    page = min(max(request.args.get("page", 1, int), 1), count)
    return render_template(
        "staff/round.html",
        programme=of,
        preview=kept,
        body=body,
        pairs=body.pairs[(page - 1) * LINES : page * LINES],
        page=page,
        pages=count,
        names=_names(_mentioned(body, cost, page)),
        one=one,
        two=two,
        cost=cost,
        refused=refused,
        look=words.Look(kept, body, asked),
    )


@pages.post("/<int:number>/pair")
@staff
def pair(slug: str, number: int) -> ResponseReturnValue:
    """Pair two people by hand."""
    kept, version = _preview(slug, number), request.form.get("version", 0, int)
    two = request.form.get("one", 0, int), request.form.get("two", 0, int)
    try:
        asked = _ready(kept)
        decisions.pair_by_hand(session(), number, version, asked, two)
    except (decisions.Over, proposals.Impossible) as error:
        session().rollback()
        flash(words.refusal(error), "error")
        return redirect(url_for("rounds.show", slug=slug, number=number))
    session().commit()
    _remember(number, version + 1, asked.paired(*two))
    flash(_("They are paired now. Nobody has been told."), "success")
    return redirect(url_for("rounds.show", slug=slug, number=number))


@pages.post("/<int:number>/publish")
@staff
def publish(slug: str, number: int) -> ResponseReturnValue:
    """Publish the round: of two who press at once, one does, and the other is told."""
    _preview(slug, number)
    version = request.form.get("version", 0, int)
    try:
        made = decisions.publish(
            session(), number, version, here().config, (now(), current_user.id)
        )
    except (decisions.Over, decisions.Overtaken) as error:
        session().rollback()
        flash(words.refusal(error), "error")
        return redirect(url_for("rounds.show", slug=slug, number=number))
    proposed = made.report["proposed"]
    session().commit()
    flash(words.published(proposed), "success")
    return redirect(url_for("rounds.show", slug=slug, number=number))


@pages.post("/<int:number>/undo")
@staff
def undo(slug: str, number: int) -> ResponseReturnValue:
    """Take a published round back while nobody has said yes."""
    _preview(slug, number)
    try:
        decisions.undo(session(), number, here().config, (now(), current_user.id))
    except (decisions.Over, decisions.Accepted) as error:
        session().rollback()
        flash(words.refusal(error), "error")
        return redirect(url_for("rounds.show", slug=slug, number=number))
    session().commit()
    flash(_("Taken back. Everybody of this round is in the pool again."), "success")
    return redirect(url_for("rounds.listed", slug=slug))


@pages.post("/<int:number>/discard")
@staff
def discard(slug: str, number: int) -> ResponseReturnValue:
    """Throw a preview away."""
    _preview(slug, number)
    try:
        decisions.discard(session(), number, request.form.get("version", 0, int))
    except decisions.Over as error:
        session().rollback()
        flash(words.refusal(error), "error")
    session().commit()
    return redirect(url_for("rounds.listed", slug=slug))


def sessions() -> sessionmaker[Session]:
    """Return what makes sessions of their own, for work that commits part by part."""
    return sessionmaker(db.engine)


def _preview(slug: str, number: int) -> models.RoundPreview:
    found = session().get(models.RoundPreview, number)
    if found is None or found.programme_id != programme(slug).id:
        abort(404)
    return found


def _ready(kept: models.RoundPreview) -> Ready:
    """Return the preview ready for questions: remembered, else made on a thread of its own."""
    remembered = _remembered()
    found = remembered.get((kept.id, kept.version))
    if found is None:
        of = session().get_one(models.Programme, kept.programme_id)
        pool = pools.load(session(), of, now(), here().config.matching.horizon_days)
        asking = (pool, proposals.unpack(kept), kept.policy)
        found = cast(Ready, gevent.get_hub().threadpool.apply(proposals.reopen, asking))
        _remember(kept.id, kept.version, found)
    return found


def _remember(number: int, version: int, asked: Ready) -> None:
    remembered = _remembered()
    remembered[number, version] = asked
    while len(remembered) > REMEMBERED:
        remembered.popitem(last=False)


def _remembered() -> OrderedDict[tuple[int, int], Ready]:
    made = current_app.extensions.setdefault(CACHE, OrderedDict())
    return cast("OrderedDict[tuple[int, int], Ready]", made)


def _aside(*given: object) -> matcher.Round:
    return cast(matcher.Round, gevent.get_hub().threadpool.apply(matcher.pair, given))


def _mentioned(body: proposals.Body, cost: Swap | None, page: int) -> set[int]:
    shown = body.pairs[(page - 1) * LINES : page * LINES]
    people = {person for one in shown for person in (one.first, one.second)}
    people |= set(list(body.left)[:LINES])
    people |= {n for name in ("one", "two") for n in [request.args.get(name, 0, int)] if n}
    if cost is not None:
        people |= {*cost.left, *cost.placed}
        people |= {person for both in (*cost.pairs, *cost.parted) for person in both}
    return people


def _names(people: set[int]) -> dict[int, str]:
    rows = session().execute(
        select(models.Participant.id, models.Participant.first_name).where(
            models.Participant.id.in_(people)
        )
    )
    return {number: f"{name}\N{NO-BREAK SPACE}{number}" for number, name in rows}
