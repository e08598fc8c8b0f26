"""The facilitators' pages: reports by their clocks, one case, who wants to talk, the roster."""

from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

import models
from services.safety import callbacks, cases, desk, duty, fairness, lines, names, verdicts
from services.safety.cases import Destroyed
from services.safety.duty import BadShift
from services.safety.verdicts import NotNow, Verdict
from services.site.crypto import Unreadable
from services.staff import questionnaires
from web import moments
from web.access import only
from web.context import here, now, session
from web.locale import when
from web.safety.words import MEASURES, REASONS, SIDES

pages = Blueprint("queue", __name__)
facilitator = only(*sorted(desk.ROLES))


@pages.get("/reports")
@facilitator
def reports() -> ResponseReturnValue:
    """Show what waits for a decision by its clock, and who wants to talk."""
    return render_template(
        "safety/queue.html",
        cases=cases.queue(session()),
        decided=_decided(),
        waiting=callbacks.waiting(session()),
        reasons=REASONS,
        measures=MEASURES,
        now=now(),
    )


@pages.get("/reports/<token>")
@facilitator
def show(token: str) -> ResponseReturnValue:
    """Show one case without its evidence."""
    return _page(_case(token))


@pages.post("/reports/<token>/look")
@facilitator
def look(token: str) -> ResponseReturnValue:
    """Open what the reporter chose to show; the look is written down."""
    case = _case(token)
    try:
        shown = cases.look(session(), here().keys, case, current_user.id, now())
    except (Destroyed, Unreadable):
        flash(_("The evidence was kept as long as the case, and is gone."), "warning")
        return redirect(url_for("queue.show", token=token))
    session().commit()
    return _page(case, shown)


@pages.post("/reports/<token>/decide")
@facilitator
def decide(token: str) -> ResponseReturnValue:
    """Decide a case or its appeal."""
    case = _case(token)
    verdict = Verdict(
        current_user.id, request.form.get("measure", ""), request.form.get("reason", "")
    )
    try:
        keys, config = here().keys, here().config
        verdicts.decide(session(), keys, case, verdict, now=now(), config=config)
    except NotNow as error:
        session().rollback()
        return _page(_case(token), wrong=str(error)), 422
    session().commit()
    flash(_("Decided. It works from now on."), "success")
    return redirect(url_for("queue.reports"))


@pages.post("/callbacks/<int:conversation_id>/<int:participant_id>")
@facilitator
def call_back(conversation_id: int, participant_id: int) -> ResponseReturnValue:
    """Write back to somebody who wants to talk."""
    callback = session().get(models.Callback, (conversation_id, participant_id))
    words = request.form.get("words", "").strip()[: verdicts.LONGEST]
    if callback is None:
        abort(404)
    if not words:
        flash(_("Nothing was sent: write a line first."), "warning")
        return redirect(url_for("queue.reports"))
    config = here().config
    callbacks.answer(session(), callback, current_user.id, words, now=now(), config=config)
    session().commit()
    flash(_("Sent by mail."), "success")
    return redirect(url_for("queue.reports"))


@pages.route("/desk/roster", methods=["GET", "POST"])
@facilitator
def roster() -> ResponseReturnValue:
    """Show who is on duty, and put oneself on."""
    wrong = ""
    if request.method == "POST":
        try:
            begins, ends = moments.span(ZoneInfo(current_user.zone))
            duty.add(session(), current_user.id, begins, ends, weeks=_number("weeks"))
            session().commit()
            flash(_("You are on the roster."), "success")
            return redirect(url_for("queue.roster"))
        except BadShift as error:
            wrong = str(error)
        except ValueError:
            wrong = _("Say a day, from when, and until when.")
    shifts = duty.coming(session(), now())
    called = [names.name_of(session(), one.account_id) for one in shifts]
    session().commit()
    page = render_template(
        "safety/roster.html",
        shifts=list(zip(shifts, called, strict=True)),
        now=now(),
        today=now().astimezone(ZoneInfo(current_user.zone)).date(),
        wrong=wrong,
        unchecked=lines.checked() is None,
    )
    return page, 422 if wrong else 200


@pages.post("/desk/roster/<int:shift_id>/remove")
@facilitator
def unshift(shift_id: int) -> ResponseReturnValue:
    """Take one of one's own shifts off the roster."""
    if not duty.remove(session(), shift_id, current_user.id):
        abort(404)
    session().commit()
    return redirect(url_for("queue.roster"))


@pages.get("/staff/programmes/<slug>/fairness")
@only("staff", "admin")
def fair(slug: str) -> ResponseReturnValue:
    """Show whether reports and measures fall on one side of a view more than on the other."""
    wanted = select(models.Programme).where(models.Programme.slug == slug)
    programme = session().scalars(wanted).one_or_none() or abort(404)
    asked = questionnaires.current(session(), programme.questionnaire, programme.languages[0])
    tables = [(one.text, fairness.rates(session(), programme, one.id)) for one in asked.of("view")]
    return render_template("safety/fairness.html", programme=programme, tables=tables, sides=SIDES)


def _number(name: str) -> int:
    given = request.form.get(name, "1")
    return int(given) if given.isdecimal() else 1


def _case(token: str) -> models.Report:
    return cases.find(session(), token) or abort(404)


def _decided() -> list[tuple[models.Report, models.Decision]]:
    rows = session().execute(
        select(models.Report, models.Decision)
        .join(models.Decision, models.Decision.report_id == models.Report.id)
        .order_by(models.Decision.at.desc())
        .limit(20)
    )
    return [(report, decision) for report, decision in rows]


def _page(case: models.Report, shown: cases.Shown | None = None, wrong: str = "") -> str:
    decided = cases.decisions(session(), case)
    holder = names.name_of(session(), case.holder_id) if case.holder_id else None
    session().commit()
    return render_template(
        "safety/judge.html",
        case=case,
        shown=shown,
        decisions=[(one, _read(case, one)) for one in decided],
        objection=_objection(case),
        open=not decided or (case.appealed_at is not None and len(decided) == 1),
        usual=cases.usual(session(), case),
        earlier=cases.earlier(session(), case),
        reasons=REASONS,
        measures=MEASURES,
        wrong=wrong,
        typed=request.form.get("reason", ""),
        chosen=request.form.get("measure"),
        holder=holder,
        when=when,
    )


def _read(case: models.Report, decision: models.Decision) -> str:
    try:
        return verdicts.read(here().keys, case, decision)
    except Unreadable:
        return ""


def _objection(case: models.Report) -> str:
    try:
        return verdicts.objection(here().keys, case)
    except Unreadable:
        return ""
