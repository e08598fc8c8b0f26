"""Pairing people listed in a CSV file."""

import csv
import json

import numpy as np
import pytest

from matcher import BadInput
from matcher.files import forecast_files, match_files, write_kinds
from matcher.sheets import read_sheet
from tests.matcher.pools import ANES, HOURS, SURVEY, crowd

QUESTIONS = """
slug = "q"
language = "en"
title = "Q"
[[items]]
id = "v"
kind = "value"
text = "?"
value = "tradition"
higher = "conservation"
scale = { min = 1, max = 6, low = "no", high = "yes" }
[[items]]
id = "w"
kind = "view"
text = "?"
importance = true
scale = { min = 1, max = 5, low = "no", high = "yes" }
[[items]]
id = "where"
kind = "background"
text = "?"
options = ["here", "there"]
[[items]]
id = "age"
kind = "background"
text = "?"
scale = { min = 18, max = 99, low = "young", high = "old" }
"""
POLICY = "min_differences = 1\n"
HEADER = "id,v,w,w_importance,where,age,languages,slots,capacity,waiting_days,programme,extra\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "q.toml").write_text(QUESTIONS)
    (tmp_path / "p.toml").write_text(POLICY)
    return tmp_path


def match(folder, people, **more):
    (folder / "people.csv").write_text(people, encoding="utf-8")
    paths = {name: folder / f"{name}.csv" for name in ("unmatched",)} | {
        "report": folder / "r.json"
    }
    return match_files(
        folder / "people.csv", folder / "q.toml", folder / "pairs.csv",
        policy=folder / "p.toml", **paths | more,
    )  # fmt: skip


def rows(path):
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_pairs_who_waits_and_the_report_are_written(folder):
    people = HEADER + (
        f"ann,3,1,3,here,30,en es,{HOURS[0]} {HOURS[1]},1,7,a,x\n"
        f'"=bob",4,5,,there,,es,"{HOURS[1]}",,,a,y\n'
        f"cem,3,5,1,,44,fr,{HOURS[0]},2,0,a,z\n"
        f"dee,,,,,,en,,1,0,b,\n"
    )
    report = match(folder, people)

    (pair,) = rows(folder / "pairs.csv")
    assert (pair["a"], pair["b"], pair["differences"]) == ("'=bob", "ann", "w")
    assert (pair["shared_values"], pair["common_hours"]) == ("conservation", "1")
    terms = sum(float(pair[term]) for term in ("values", "difference", "topics", "hours"))
    assert float(pair["score"]) == pytest.approx(terms, abs=1e-5)
    left = {row["id"]: row for row in rows(folder / "unmatched.csv")}
    assert (left["dee"]["reason"], left["cem"]["reason"]) == ("alone", "language")
    assert json.loads((folder / "r.json").read_text()) == json.loads(json.dumps(report))
    assert (report["people"], report["paired"], report["feasible_pairs"]) == (4, 2, 1)
    assert "extra" in report["notices"][0]
    assert {path.name for path in folder.iterdir()} == {
        "people.csv", "q.toml", "p.toml", "pairs.csv", "unmatched.csv", "r.json",
    }  # fmt: skip


def test_who_met_before_is_kept_apart_and_strangers_in_the_list_do_not_matter(folder):
    (folder / "met.csv").write_text("a,b\nbob,ann\nann,zoe\n")
    people = "id,v,w\nann,3,1\nbob,3,5\n"
    assert match(folder, people)["paired"] == 2
    assert match(folder, people, exclude=folder / "met.csv")["paired"] == 0
    assert match(folder, "id,v,w\n", exclude=folder / "met.csv")["notices"]
    (folder / "met.csv").write_text("a\nbob\n")
    with pytest.raises(BadInput, match=r"met\.csv: b: the column is missing"):
        match(folder, people, exclude=folder / "met.csv")


def test_only_the_pairs_are_written_when_nothing_else_is_asked_for(folder):
    told = []
    people = "id,v,w\nann,3,1\nbob,3,5\n"
    report = match(folder, people, unmatched=None, report=None, announce=told.append)
    assert not (folder / "r.json").exists()
    assert not (folder / "unmatched.csv").exists()
    assert len(rows(folder / "pairs.csv")) == 1
    assert told == [
        f"2 people: at most {report['memory_forecast_mb']} MB of memory will be needed."
    ]


def test_a_view_whose_weight_is_not_asked_needs_no_column_for_it(folder):
    questions = folder / "q.toml"
    questions.write_text(QUESTIONS.replace("importance = true\n", ""))
    assert match(folder, "id,v,w\nann,3,1\nbob,3,5\n", sampled=True)["paired"] == 2


def test_whom_to_invite_next_is_written_as_a_table(folder):
    (folder / "people.csv").write_text("id,v,w\nann,3,1\nbob,3,5\ncem,3,5\n")
    out = folder / "kinds.csv"
    names = (folder / "people.csv", folder / "q.toml")
    write_kinds(forecast_files(*names, policy=folder / "p.toml", check=1, threads=2), out)
    told = [(row["what"], row["which"], row["pairs"], row["checked"]) for row in rows(out)]
    assert told == [("w", "low", "1.0", "1.0"), ("w", "high", "0.0", "0.0")]
    with pytest.raises(BadInput, match="min_differences"):
        forecast_files(*names)


def test_every_bad_row_is_named_and_nothing_is_written(folder):
    people = HEADER + (
        "ann,7,1,3,here,30,en,2026-05-01T18:30Z,1,0,a,\n"
        "ann,x,nan,4,nowhere,17,en,tomorrow,5,-1,a,\n"
        ",3,inf,,,,en,2026-05-01T18:00,1.5,0,a,\n"
    )
    with pytest.raises(BadInput) as refused:
        match(folder, people)
    problems = "\n".join(refused.value.problems)
    for told in (
        "line 2: v: 7 is not from 1 to 6",
        "line 2: slots: 2026-05-01T18:30Z does not start on the hour",
        "line 3: age: 17 is not from 18 to 99",
        "line 3: capacity: 5 is not from 1 to 4",
        "line 3: id: 'ann' is there twice",
        "line 3: slots: 'tomorrow' is not an hour",
        "line 3: v: 'x' is not a number",
        "line 3: w: 'nan' is not a number",
        "line 3: w_importance: 4 is not from 0 to 3",
        "line 3: waiting_days: -1 is not from 0",
        "line 3: where: 'nowhere' is not an option",
        "line 4: capacity: must be a whole number",
        "line 4: id: is empty",
        "line 4: w: 'inf' is not a number",
    ):
        assert told in problems
    assert {path.name for path in folder.iterdir()} == {"people.csv", "q.toml", "p.toml"}


def test_a_bad_answer_alone_is_enough_to_stop(folder):
    with pytest.raises(BadInput, match="line 2: v: 'x' is not a number"):
        match(folder, "id,v,w\nann,x,1\n")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "line 1: a column: the file is empty"),
        ("id,,v,w,w\n", "line 1: a column: number 2 has no name"),
        ("id,,v,w,w\n", "line 1: w: is there twice"),
        ("id,v,w\nann,1\n", "line 2: has 2 cells; the header has 3"),
        ('id,v,w\nann,"1,2\n', "cannot be read"),
        ("id,v\nann,3\n", "w: the column is missing"),
    ],
)
def test_a_file_that_is_no_table_is_refused(folder, text, problem):
    with pytest.raises(BadInput) as refused:
        match(folder, text)
    assert any(problem in one for one in refused.value.problems)


def test_lines_are_counted_as_an_editor_counts_them(tmp_path, monkeypatch):
    monkeypatch.setattr("matcher.sheets.CHUNK", 1)
    path = tmp_path / "x.csv"
    path.write_text('id,v\n"a\nb",1\n\nc,2\n')
    assert read_sheet(path).lines.tolist() == [2, 5]


def test_a_place_that_cannot_be_written_is_named_before_anything_is(folder):
    with pytest.raises(BadInput, match="cannot be written"):
        match(folder, "id,v,w\nann,3,1\n", unmatched=folder / "no" / "u.csv")
    assert not (folder / "pairs.csv").exists()


def test_hours_tags_and_rows_that_do_not_fit_are_refused():
    with pytest.raises(BadInput, match="65 different tags"):
        crowd(65, languages=[f"l{n}" for n in range(65)])
    with pytest.raises(BadInput, match="different hours"):
        crowd(2, slots=[list(np.arange(2000).astype("M8[h]").astype(str)), []])
    with pytest.raises(BadInput, match="waiting_days: has 1 rows; there are 2 people"):
        crowd(2, waiting_days=[1.0])


@pytest.mark.skipif(not SURVEY.exists(), reason="the survey is not beside the repository")
def test_real_answers_are_paired_nearly_all(tmp_path):
    lines = SURVEY.read_text(encoding="utf-8").replace("respondent_id", "id", 1).splitlines()
    (tmp_path / "people.csv").write_text("\n".join(lines[:1001]) + "\n", encoding="utf-8")
    report = match_files(tmp_path / "people.csv", ANES, tmp_path / "pairs.csv")
    print(
        {key: report[key] for key in ("people", "acceptable_pairs", "paired", "value", "seconds")}
    )
    assert report["exact"]
    assert report["paired"] == report["upper_bound"]["paired"] >= 990
