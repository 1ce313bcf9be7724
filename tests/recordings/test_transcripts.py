"""A transcript is hostile text: whatever stands in it, lines come out or nothing does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduraise.recordings.enums import Kind
from eduraise.recordings.models import Recording, RecordingFile
from eduraise.recordings.templatetags.recordings import played, watched
from eduraise.recordings.transcripts import MOST_CUES, Cue, as_json, read_vtt
from tests.classes.pages import signed_in
from tests.classes.rows import make_class, make_host
from tests.recordings.recorded import make_recording
from tests.school import School

SIMPLE = "WEBVTT\n\n1\n00:00:01.000 --> 00:00:04.500\nTariq Aziz: Welcome.\n"


def cue(text: str, times: str = "00:00:01.000 --> 00:00:02.000") -> str:
    return f"WEBVTT\n\n{times}\n{text}\n"


def test_lines_have_their_times_and_speakers() -> None:
    assert read_vtt(SIMPLE.encode()) == [Cue(1.0, 4.5, "Tariq Aziz", "Welcome.")]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_marks_make_no_difference(ends: str, mark: str) -> None:
    assert len(read_vtt((mark + SIMPLE).replace("\n", ends).encode())) == 1


@pytest.mark.parametrize(
    ("text", "who", "said"),
    [
        ("<v Sana>Is it b?</v>", "Sana", "Is it b?"),
        ("<v.loud Sana>Yes", "Sana", "Yes"),
        ("Sana: it is 10:30 now", "Sana", "it is 10:30 now"),
        ("no speaker here", "", "no speaker here"),
        ("<script>alert(1)</script>hello", "", "alert(1)hello"),
        ("a <b>bold</b> <c.red.bg_blue>word</c>", "", "a bold word"),
        ("a &lt;b&gt; &amp; c", "", "a <b> & c"),
        ("<img src=x onerror=alert(1)>", None, None),
        ("left \u202eright", "", "left right"),
        ("a\u0000b\u200bc", "", "a b c"),
        ("two\nlines", "", "two lines"),
    ],
)
def test_only_words_come_out(text: str, who: str | None, said: str | None) -> None:
    found = [(one.who, one.text) for one in read_vtt(cue(text).encode())]

    assert found == ([] if said is None else [(who, said)])


@pytest.mark.parametrize(
    "times",
    [
        "00:00:05.000 --> 00:00:02.000",
        "00:61:05.000 --> 00:62:02.000",
        "99999:00:00.000 --> 99999:00:01.000",
        "00:00:01 --> 00:00:02",
        "--> -->",
        "-00:00:01.000 --> 00:00:02.000",
    ],
)
def test_what_is_no_time_is_no_line(times: str) -> None:
    assert read_vtt(cue("hello", times).encode()) == []


def test_settings_of_a_line_styles_and_notes_are_left_out() -> None:
    text = (
        "WEBVTT - A title\n\nSTYLE\n::cue { background: url(https://evil.example) }\n\n"
        "NOTE nothing\n\nREGION\nid:fred\n\n00:01.000 --> 00:02.000 align:start position:0%\nhello\n"
    )
    assert read_vtt(text.encode()) == [Cue(1.0, 2.0, "", "hello")]


def test_a_flood_of_lines_and_a_line_without_end_are_bounded() -> None:
    many = "WEBVTT\n\n" + "00:00:01.000 --> 00:00:02.000\nx\n\n" * (MOST_CUES + 50)
    long = cue("<" * 500_000 + "x" * 500_000)

    assert len(read_vtt(many.encode())) == MOST_CUES
    assert all(len(one.text) <= 1000 for one in read_vtt(long.encode()))


@given(st.binary(max_size=2000))
def test_any_bytes_are_read_without_an_error(raw: bytes) -> None:
    found = read_vtt(raw)
    assert found == sorted(found, key=lambda one: (one.begins, one.ends))


@given(st.text(max_size=300))
def test_any_text_comes_out_without_what_cant_be_seen(text: str) -> None:
    for one in read_vtt(cue(text).encode()):
        assert one.text == " ".join(one.text.split())
        assert not {"\u202e", "\u200b", "\x00", "\n"} & set(one.text + one.who)


@pytest.mark.django_db
def test_on_the_page_it_is_text(school: School) -> None:
    host = make_host(school.tariq, school.now)
    session = make_class(school.program, school.tariq, school.now, now=school.now)
    recording: Recording = make_recording(school, session, host)
    hostile = [Cue(65.0, 70.0, '<b onclick="x">', "<script>alert(1)</script>"), Cue(3700, 3701, "", "'\"")]
    RecordingFile.objects.create(
        recording=recording,
        key="words",
        kind=Kind.TRANSCRIPT,
        is_ready=True,
        cues=as_json(hostile),
        next_at=school.now,
    )
    page = signed_in(school.sana).get(f"/recordings/{recording.uid}/").content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert 'data-at="65.000"' in page
    assert "1:01:40" in page


def test_places_and_lengths_are_written_as_people_do() -> None:
    assert [played(one) for one in (0, 59.9, 60, 3600, 3661)] == [
        "0:00",
        "0:59",
        "1:00",
        "1:00:00",
        "1:01:01",
    ]
    assert [watched(one) for one in (5, 60, 3600)] == ["5 s", "1 min", "60 min"]
