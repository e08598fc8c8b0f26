"""A guest list is read line by line: what is wrong is named where it stands."""

import pytest

from services.staff import lists, sheets
from tests import factories


@pytest.fixture
def read(session, secret):
    town = factories.programme(session, "town", languages=["de"], zone="Europe/Berlin")

    def of(text: str | bytes, **given):
        data = text if isinstance(text, bytes) else text.encode()
        return lists.read("list.csv", data, town, secret, **given)

    return of


def test_a_plain_list_is_read_with_the_programme_s_language_and_zone(read, secret):
    found = read("email,first_name\nada@example.org,Ada\n")

    key = secret.address_key("ada@example.org")
    assert found.rows == [("ada@example.org", key, "Ada", "de", "Europe/Berlin")]
    assert (found.wrong, found.lines, found.encoding) == (0, 1, "UTF-8")


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("\ufeffE-Mail;Name\nrené@example.org;René\n".encode(), "UTF-8"),
        ("email\tname\nrené@example.org\tRené\n".encode("utf-16"), "UTF-16"),
        ("\ufeffemail|name\nrené@example.org|René\n".encode("utf-16-be"), "UTF-16"),
        ('"E-Mail";"Name"\r\nrené@example.org;"René"\r\n'.encode("cp1252"), "Windows-1252"),
    ],
)
def test_encodings_marks_and_separators_as_spreadsheets_write_them(read, data, encoding):
    found = read(data)

    assert found.problems == []
    assert (found.rows[0][0], found.rows[0][2]) == ("rené@example.org", "René")
    assert found.encoding == encoding


def test_languages_and_zones_are_taken_from_the_line_where_it_says_so(read):
    found = read(
        "email,language,zone,shoe size\n"
        "a@example.org,pt_BR,America/Sao_Paulo,44\n"
        "b@example.org,pt_BR,,39\n"
    )

    assert [row[3:] for row in found.rows] == [
        ("pt-BR", "America/Sao_Paulo"),
        ("pt-BR", "Europe/Berlin"),
    ]
    assert found.ignored == ("shoe size",)


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        (",Ada,,", "email", "is empty"),
        ("ada at example.org,Ada,,", "email", "is not an address"),
        ("ada@example.org,=HYPERLINK(1),,", "first_name", "like a formula"),
        ("ada@example.org,'+49,,", "first_name", "like a formula"),
        ("ada@example.org,A\u202eda,,", "first_name", "cannot be seen"),
        (f"ada@example.org,{'A' * 81},,", "first_name", "81 letters"),
        ("ada@example.org,Ada,klingonish,", "language", "is not a language"),
        ("ada@example.org,Ada,x,", "language", "is not a language"),
        ("ada@example.org,Ada,,Berlin", "zone", "is not a time zone"),
        ("ada@example.org,Ada", "", "has 2 cells; the first line has 4"),
    ],
)
def test_what_is_wrong_is_named_by_line_and_column(read, line, column, reason):
    found = read(f"email,first_name,language,zone\nben@example.org,Ben,,\n{line}\n")

    ((where, what, why),) = found.problems
    assert (where, what) == (3, column)
    assert reason in why
    assert [row[0] for row in found.rows] == ["ben@example.org"]


def test_an_address_named_twice_counts_once_whatever_its_case(read):
    found = read("email\nada@example.org\nADA@example.org\n\n  \nada@example.org\n")

    assert (len(found.rows), found.twice, found.lines) == (1, 2, 3)


def test_lines_are_counted_as_an_editor_counts_them_also_over_quoted_breaks(read):
    found = read('email,first_name\na@example.org,"A\nda"\nnobody,Ben\n')

    assert [line for line, *_ in found.problems] == [2, 4]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "its first line is empty"),
        (b"\n\nemail\n", "its first line is empty"),
        (b"PK\x03\x04\0\0", "not a text"),
        (b"name\nAda\n", "no column is called email"),
        (b"email,mail\na@example.org,b@example.org\n", "two columns say email"),
        (b"email\n", "There is nobody in it"),
        (b"\xef\xbb\xbfemail\n\xff\n", "says it is utf-8-sig and is not"),
        (b'email,first_name\na@example.org,"' + b"x" * 200_000 + b'"\n', "field larger"),
    ],
)
def test_what_is_no_list_is_refused_in_words(read, data, reason):
    found = read(data)

    assert found.rows == []
    assert reason in found.problems[0][2] or reason[1:] in found.problems[0][2]


def test_a_file_that_is_too_large_is_refused(read, monkeypatch):
    monkeypatch.setattr(sheets, "LARGEST", 10)

    assert "at most 10 can be read" in read("email\na@example.org\n").problems[0][2]


def test_only_so_many_problems_are_kept_and_all_are_counted(read, monkeypatch):
    monkeypatch.setattr(lists, "TOLD", 2)
    found = read("email\n" + "nobody\n" * 5)

    assert (found.wrong, len(found.problems)) == (5, 2)


def test_how_far_it_is_can_be_watched(read, monkeypatch):
    monkeypatch.setattr(lists, "EVERY", 2)
    said = []
    read(
        "email\n" + "".join(f"p{n}@example.org\n" for n in range(5)),
        progress=lambda *a: said.append(a),
    )

    assert said == [(3, 7), (5, 7)]
