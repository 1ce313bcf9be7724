"""Tables as spreadsheets write them: whatever comes, its lines are read or it is said what is wrong."""

from __future__ import annotations

import codecs
import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduraise.core.spreadsheets import MOST_BYTES, TableUnreadable, write_table
from eduraise.programs.tables import MOST_LINES, Line, read_table

NORA = Line(1, "Nora Castell", "nora@example.org", "student", "ALG-2")


def lines(content: bytes | str) -> list[tuple[str, str, str, str]]:
    return [(line.name, line.email, line.role, line.program) for line in read_table(content).lines]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", ", ", " ; "])
def test_commas_semicolons_and_tabs_part_the_columns(delimiter: str) -> None:
    text = delimiter.join(["Nora Castell", "nora@example.org", "student", "ALG-2"])

    assert read_table(text).lines == (NORA,)


@pytest.mark.parametrize(
    ("heading", "row"),
    [
        ("Name,E-mail,Role,Program", "Nora Castell,nora@example.org,student,ALG-2"),
        ("Program code;Role;EMAIL ;Full name", "ALG-2;student;nora@example.org;Nora Castell"),
        ("email,phone,last_name,first_name,role,course", "nora@example.org,1,Castell,Nora,student,ALG-2"),
    ],
)
def test_with_a_heading_columns_stand_in_any_order(heading: str, row: str) -> None:
    table = read_table(f"\n{heading}\n\n{row}\n")

    assert [line.raw for line in table.lines] == [NORA.raw]
    assert [line.number for line in table.lines] == [4]


def test_columns_that_are_not_ours_are_named() -> None:
    text = "Name,E-mail,Phone,Class\nNora,nora@example.org,0123,7b"

    assert read_table(text).unused == ("Phone", "Class")
    assert lines(text) == [("Nora", "nora@example.org", "", "")]


@pytest.mark.parametrize(
    ("encoding", "mark", "read_as"),
    [
        ("utf-8", b"", "utf-8-sig"),
        ("utf-8", codecs.BOM_UTF8, "utf-8-sig"),
        ("utf-16-le", codecs.BOM_UTF16_LE, "utf-16"),
        ("utf-16-be", codecs.BOM_UTF16_BE, "utf-16"),
        ("utf-16-le", b"", "utf-16-le"),
        ("utf-16-be", b"", "utf-16-be"),
        ("cp1252", b"", "cp1252"),
    ],
)
def test_what_spreadsheets_save_is_read(encoding: str, mark: bytes, read_as: str) -> None:
    table = read_table(mark + "Zoë Núñez;zoe@example.org;student;ALG-2\r\n".encode(encoding))

    assert (table.lines[0].name, table.encoding) == ("Zoë Núñez", read_as)


def test_other_scripts_and_names_with_quotes_and_commas_are_kept() -> None:
    text = (
        '"Castell, Nora",nora@example.org,student,ALG-2\n'
        '"Dwayne ""Rock"" Li",d@example.org,,\n'
        'Ann "Bee" Cole,ann@example.org,,\n'
        "李小龍,lee@example.org,,\nعمر,omar@example.org,,"
    )

    assert [line[0] for line in lines(text)] == [
        "Castell, Nora",
        'Dwayne "Rock" Li',
        'Ann "Bee" Cole',
        "李小龍",
        "عمر",
    ]


def test_a_cell_of_several_lines_belongs_to_its_line() -> None:
    text = 'Name,Address,E-mail\nNora,"Mill Lane 4\nLeeds",nora@example.org\nSam,"x",sam@example.org'

    table = read_table(text)

    assert [(line.number, line.email) for line in table.lines] == [
        (2, "nora@example.org"),
        (4, "sam@example.org"),
    ]


def test_a_quotation_mark_that_stays_open_breaks_its_own_line_only() -> None:
    text = '"Nora,nora@example.org,,\nSam,sam@example.org,,\n"Li",li@example.org,,'

    assert [(line.number, line.email, line.broken) for line in read_table(text).lines] == [
        (1, "", "quote_open"),
        (2, "sam@example.org", ""),
        (3, "li@example.org", ""),
    ]


def test_a_line_with_too_many_columns_is_broken_and_keeps_all_it_said() -> None:
    (line,) = read_table("Castell, Nora, nora@example.org, student, ALG-2").lines

    assert (line.broken, line.program) == ("columns_too_many", "student, ALG-2")


def test_blank_lines_and_empty_cells_beyond_are_nothing() -> None:
    assert lines("\n,,,\nNora,nora@example.org,,,,,\n \n, ,") == [("Nora", "nora@example.org", "", "")]


def test_what_nobody_sees_around_a_cell_is_dropped() -> None:
    assert lines("\ufeffNora\u00a0,\u200bnora@example.org \u200b,student,ALG-2") == [
        ("Nora", "nora@example.org", "student", "ALG-2")
    ]


def test_the_line_that_names_the_delimiter_is_no_person() -> None:
    assert lines("sep=;\nNora Castell;nora@example.org;student;ALG-2") == [tuple(NORA.raw.values())]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "table_empty"),
        ("\n \n,,\n", "table_empty"),
        ("Name,E-mail", "table_empty"),
        ("Name,Role,Program\nNora,student,ALG-2", "table_column_missing"),
        ("Name,E-mail,Mail\nNora,a@x.example,b@x.example", "table_column_twice"),
        ("Nora\0,nora@example.org", "table_not_text"),
        (b"PK\x03\x04 and the rest of a workbook", "table_is_workbook"),
        (b"\xd0\xcf\x11\xe0 an old workbook", "table_is_workbook"),
        (b"\x81\x8d\x8f not text in any encoding of ours", "table_not_text"),
        (codecs.BOM_UTF16_LE + b"\x00\xd8odd", "table_not_text"),
        (b"\x00" * 100, "table_not_text"),
        ("Nora,nora@example.org\n" * (MOST_LINES + 1), "table_too_long"),
        ("Name,E-mail\n" + "Nora,nora@example.org\n" * (MOST_LINES + 1), "table_too_long"),
        (b"x" * (MOST_BYTES + 1), "table_too_big"),
        ("é" * (MOST_BYTES // 2 + 1), "table_too_big"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_with_a_reason(content: bytes | str, code: str) -> None:
    with pytest.raises(TableUnreadable) as problem:
        read_table(content)

    assert problem.value.code == code


def test_as_many_lines_as_are_allowed_are_read() -> None:
    heading = "Name,E-mail\n"

    assert len(read_table(heading + "Nora,nora@example.org\n" * MOST_LINES).lines) == MOST_LINES


def test_formulas_are_written_as_words_and_read_back_as_they_were() -> None:
    cells = ["=1+1", "+44 20", "-5", "@SUM(A1)", "＝1+1", "\t=x", " =x", "O'Neill", "plain"]

    written = write_table([["name", "email"], *([cell, "a@x.example"] for cell in cells)]).decode("utf-8-sig")

    rows = list(csv.reader(io.StringIO(written)))[1:]
    assert [row[0][0] for row in rows] == ["'"] * 7 + ["O", "p"]
    assert [line.name for line in read_table(written).lines] == [cell.strip() for cell in cells]


# Whatever is written

CELLS = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp", "Zs"), exclude_characters="'@"),
    min_size=1,
    max_size=12,
)
PEOPLE = st.lists(
    st.tuples(CELLS, CELLS.map(lambda text: f"a{text.translate(CLEAN)}@x.example"), CELLS, CELLS),
    min_size=1,
    max_size=8,
)
CLEAN = {ord(letter): None for letter in ' ,;"\t'}


@given(PEOPLE, st.sampled_from(",;\t"), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), st.booleans())
def test_what_a_spreadsheet_writes_comes_back(
    people: list[tuple[str, str, str, str]], delimiter: str, encoding: str, has_heading: bool
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    if has_heading:
        writer.writerow(["name", "e-mail", "role", "program"])
    writer.writerows(people)

    assert lines(out.getvalue().encode(encoding)) == people


@given(st.one_of(st.text(max_size=300), st.binary(max_size=300)))
def test_whatever_comes_is_read_or_refused(content: bytes | str) -> None:
    try:
        table = read_table(content)
    except TableUnreadable:
        return
    numbers = [line.number for line in table.lines]
    assert numbers == sorted(set(numbers))
    assert all(any(line.raw.values()) for line in table.lines)


@given(
    st.lists(
        st.text(st.sampled_from("ab,;\"\t@ \n'=\r"), max_size=20).map(lambda text: text.replace("@", "")),
        max_size=6,
    ),
    st.integers(min_value=1, max_value=5),
)
def test_no_line_with_an_address_is_swallowed_by_its_neighbours(noise: list[str], people: int) -> None:
    rows = [*noise, *(f"P{number},p{number}@x.example,," for number in range(people))]

    read = read_table("\n".join(rows))

    said = "\n".join(" ".join(line.raw.values()) for line in read.lines)
    assert [number for number in range(people) if f"p{number}@x.example" not in said] == []
