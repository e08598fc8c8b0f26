"""Whom to invite next, of a programme's pool and of a file, from the command line."""

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select
from sqlalchemy.orm import sessionmaker

import models
from earshot import main
from services.pairing import forecasts
from tests.factories import NOW
from tests.matcher.test_files import POLICY, QUESTIONS
from tests.rounds import people

SLUG = "across-the-table"


@pytest.mark.parametrize("threads", [None, 1])
def test_a_pool_says_whom_it_waits_for_and_nothing_is_proposed(
    session, main_engine, config, threads
):
    programme = people.programme(session)
    people.crowd(session, programme, 5)
    session.commit()

    sessions = sessionmaker(main_engine)
    kinds = forecasts.of_programme(sessions, SLUG, config, NOW, check=1, threads=threads)

    assert kinds[0].pairs == pytest.approx(kinds[0].checked)
    assert {kind.what for kind in kinds} > {"language"}
    assert session.scalar(select(func.count()).select_from(models.Round)) == 0


def test_a_file_says_whom_it_waits_for(tmp_path):
    (tmp_path / "q.toml").write_text(QUESTIONS)
    (tmp_path / "p.toml").write_text(POLICY)
    (tmp_path / "people.csv").write_text("id,v,w\nann,3,1\nbob,3,5\ncem,3,5\n")
    asked = [f"--questionnaire={tmp_path / 'q.toml'}", f"--policy={tmp_path / 'p.toml'}"]
    asked += ["--check=1", f"--out={tmp_path / 'kinds.csv'}", "--threads=1"]

    answer = CliRunner().invoke(main, ["forecast", str(tmp_path / "people.csv"), *asked])

    assert answer.exit_code == 0, answer.output
    assert answer.output.splitlines()[1].split() == ["w", "low", "1", "1.00", "1.00"]
    assert (tmp_path / "kinds.csv").read_text().startswith("what,which,people,pairs,value,checked")


@pytest.mark.parametrize(
    ("given", "told"),
    [([], "Name either"), (["FILE"], "needs --questionnaire"), (["FILE", "--programme=x"], "Name")],
)
def test_a_forecast_of_nothing_or_of_two_things_is_refused(tmp_path, given, told):
    (tmp_path / "people.csv").write_text("id\n")
    arguments = [str(tmp_path / "people.csv") if one == "FILE" else one for one in given]
    answer = CliRunner().invoke(main, ["forecast", *arguments])
    assert (answer.exit_code, told in answer.output) == (2, True)
