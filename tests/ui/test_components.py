"""Components as template tags: what they give, what they refuse, and that nothing typed becomes markup."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import timezone

from eduraise.ui.hues import hue_of
from eduraise.ui.icons import UnknownIcon, icon_names, icon_svg
from eduraise.ui.people import initials

NOW = datetime(2025, 11, 27, 16, 48, tzinfo=UTC)
ANGRY = "<script>alert(1)</script>\"'"


def drawn(source: str, **values: Any) -> str:
    """What a template with the library loaded gives, in Madrid at NOW."""
    with timezone.override(ZoneInfo("Europe/Madrid")):
        context = Context({"now": NOW, **values})
        return Template("{% load ui %}" + source).render(context).strip()


# What a component takes


def test_a_button_is_a_link_where_it_leads_somewhere() -> None:
    link = drawn('{% button "primary" href="/x/" icon="plus" %}Schedule a class{% endbutton %}')

    assert link.startswith('<a class="btn primary" href="/x/"><svg')
    assert link.endswith("<span>Schedule a class</span></a>")
    assert drawn("{% button %}Change{% endbutton %}") == (
        '<button class="btn plain" type="submit"><span>Change</span></button>'
    )


def test_a_button_that_cant_be_pressed_stays_and_says_why_beside_it() -> None:
    assert drawn('{% button because="Opens at 17:45." href="/join/" %}Join{% endbutton %}') == (
        '<button type="button" class="btn plain" aria-disabled="true" aria-describedby="why-1">'
        '<span>Join</span></button> <span class="why" id="why-1">Opens at 17:45.</span>'
    )


def test_attributes_with_a_hyphen_or_colon_pass_through_and_empty_ones_are_left_out() -> None:
    html = drawn(
        '{% button hx-post=url hx-headers:inherited=url aria-label=none data-flag=yes id="go" %}'
        "Go{% endbutton %}",
        url='/a?b=1&c="2"',
        none=None,
        yes=True,
    )

    assert 'hx-post="/a?b=1&amp;c=&quot;2&quot;" hx-headers:inherited="/a?b=1&amp;c=&quot;2&quot;"' in html
    assert ' data-flag id="go"' in html
    assert "aria-label" not in html


@pytest.mark.parametrize(
    "source",
    [
        '{% button colour="red" %}Go{% endbutton %}',
        "{% sentence 'too much' %}Go{% endsentence %}",
        "{% notice %}{% slot foot %}x{% endslot %}{% endnotice %}",
        "{% slot acts %}outside{% endslot %}",
    ],
)
def test_what_a_component_does_not_know_is_an_error(source: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        drawn(source)


def test_slots_may_stand_in_conditions_and_belong_to_the_nearest_component() -> None:
    html = drawn(
        "{% card 'Outer' %}{% if yes %}{% slot foot %}outer foot{% endslot %}{% endif %}"
        "{% notice 'ok' %}<p>in</p>{% slot acts %}inner acts{% endslot %}{% endnotice %}{% endcard %}",
        yes=True,
    )

    assert "<footer>outer foot</footer>" in html
    assert '<div class="acts">inner acts</div>' in html


def test_a_component_sees_its_own_values_only() -> None:
    assert "because" not in drawn("{% button %}Go{% endbutton %}", because="a page's own word", busy=True)


def test_ids_are_given_once_on_a_page() -> None:
    html = drawn(
        "{% section 'A' %}{% section 'B' %}x{% endsection %}{% endsection %}{% section 'C' %}{% endsection %}"
    )

    assert [part.split('"')[0] for part in html.split(' id="')[1:]] == ["sec-2", "sec-1", "sec-3"]


def test_ids_of_a_swapped_part_do_not_meet_the_pages() -> None:
    template = Template("{% load ui %}{% menu 'More' %}{% endmenu %}")
    page, part, other = (
        template.render(RequestContext(RequestFactory().get("/", headers=headers)))
        for headers in ({}, {"HX-Request": "true"}, {"HX-Request": "true"})
    )

    assert 'popovertarget="menu-1"' in page
    assert 'id="menu-1"' in page
    assert '"menu-1"' not in part + other
    assert part != other


# What is typed stays text


@pytest.mark.parametrize(
    "source",
    [
        "{% tag angry %}",
        "{% person angry %}",
        '{% chip "plain" angry %}',
        "{% stat angry angry angry %}",
        "{% progress 1 of=2 text=angry %}",
        '{% tab "#" angry %}',
        '{% pill angry "#" on=True %}',
        '{% menuitem angry "#" %}',
        "{% copyfield angry angry %}",
        "{% notice 'ok' title=angry %}{{ angry }}{% endnotice %}",
        "{% row title=angry starts_at=now pick=angry under=angry %}{{ angry }}{% endrow %}",
        "{% board state=angry big=angry beside=angry label=angry %}{{ angry }}{% endboard %}",
        "{% button because=angry %}{{ angry }}{% endbutton %}",
        "{% fold angry angry %}{{ angry }}{% endfold %}",
        "{% lock angry angry because=angry %}{% endlock %}",
        "{% need title=angry %}{{ angry }}{% endneed %}",
        "{% dialog angry %}{{ angry }}{% enddialog %}",
        "{% avatar angry %}",
        "{{ angry|city }}",
    ],
)
def test_what_people_typed_never_becomes_markup(source: str) -> None:
    html = drawn(source, angry=ANGRY)

    assert "<script" not in html
    assert "\"'" not in html


# Small parts


def test_a_chip_has_a_word_and_for_all_but_live_an_icon() -> None:
    assert drawn('{% chip "live" %}') == '<span class="chip live">Live</span>'
    assert drawn('{% chip "late" %}') == f'<span class="chip warn">{icon_svg("clock")}Late</span>'
    assert drawn('{% chip "checked" "Checked 18:00" %}').endswith("Checked 18:00</span>")
    with pytest.raises(KeyError):
        drawn('{% chip "lively" %}')


def test_a_programs_hue_is_the_same_in_every_process() -> None:
    assert [hue_of(code) for code in ("ALG-2", "alg-2", "PHY-B", "")] == [2, 2, 3, 1]
    assert {hue_of(f"P-{number}") for number in range(200)} == set(range(1, 9))
    assert drawn('{% tag "ALG-2" %}') == '<bdi class="tag hue-2" dir="ltr">ALG-2</bdi>'


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ana Ferreira", "AF"),
        ("ana", "AN"),
        ("José Ángel Rodríguez", "JÁ"),
        ("مريم الحدّاد", "مح"),
        ("अनन्या कुलकर्णी", "अकु"),
        ("Nguyễn Thị Minh Châu", "NT"),
        ("王小明", "王小"),
        ("(Ben) Okafor", "BO"),
        ("  ", "?"),
        ("…", "?"),
    ],
)
def test_initials_in_any_script(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_every_icon_is_inlined_without_ids_styles_or_size() -> None:
    assert len(icon_names()) == 58
    for name in icon_names():
        svg = icon_svg(name)
        assert svg.startswith('<svg class="i'), name
        assert svg.count("<svg") == svg.count("</svg>") == 1
        assert not {" id=", " style=", "<!--", "http"} & {
            word for word in (" id=", " style=", "<!--", "http") if word in svg
        }


def test_an_unknown_icon_raises_and_does_not_read_elsewhere() -> None:
    for name in ("viedo", "../icons/video", ""):
        with pytest.raises(UnknownIcon):
            icon_svg(name)


def test_icons_that_point_are_mirrored_where_the_page_is() -> None:
    flipped = [name for name in icon_names() if 'class="i flip"' in icon_svg(name)]

    assert flipped == ["chevron-left", "chevron-right", "log-out", "send"]


# Times in their tags


def test_a_time_is_the_readers_with_the_classs_beside_it() -> None:
    html = drawn('{% when at end class_zone="Europe/London" %}', at=NOW, end=NOW + timedelta(minutes=90))

    assert html == (
        '<time datetime="2025-11-27T16:48+00:00">Thu 27 Nov, 17:48–19:18</time>'
        ' · <span class="nowrap">16:48 in London</span>'
    )


def test_a_days_heading_says_today_with_its_date() -> None:
    assert drawn("{% dayhead now %}") == '<h3 class="day">Today <small>Thursday 27 November</small></h3>'
    assert drawn("{% dayhead at %}", at=NOW + timedelta(days=5)) == '<h3 class="day">Tue 2 Dec</h3>'
    # 23:30 in London is tomorrow for a reader in Madrid
    assert drawn("{% dayhead at %}", at=NOW.replace(hour=23, minute=30)).startswith(
        '<h3 class="day">Tomorrow'
    )


def test_the_boards_line_gives_doors_the_first_fifth() -> None:
    start = NOW + timedelta(minutes=15)
    source = "{% boardline doors start end %}"

    def place(minutes: int) -> str:
        html = drawn(
            source,
            doors=NOW,
            start=start,
            end=start + timedelta(hours=1),
            now=NOW + timedelta(minutes=minutes),
        )
        return html.split('cx="')[1].split('"')[0] if "mark-now" in html else "none"

    assert [place(minutes) for minutes in (-1, 0, 15, 45, 75, 76)] == [
        "none",
        "0.0%",
        "20.0%",
        "60.0%",
        "100.0%",
        "none",
    ]


def test_a_row_shows_the_other_zone_only_where_clocks_differ() -> None:
    source = "{% row title='X' starts_at=now ends_at=end class_zone=zone %}{% endrow %}"
    end = NOW + timedelta(minutes=90)

    assert "16:48 in London" in drawn(source, end=end, zone="Europe/London")
    assert 'class="end"' not in drawn(source, end=end, zone="Europe/Paris")


# Pages


def test_a_lists_pages_are_numbered_and_keep_the_filters() -> None:
    request = RequestFactory().get("/classes/?program=algebra&page=7")
    template = Template("{% load ui %}{% pager page %}")
    html = template.render(RequestContext(request, {"page": Paginator(range(1240), 20).page(7)}))

    assert 'href="?program=algebra&amp;page=6" rel="prev"' in html
    assert 'href="?program=algebra&amp;page=62">62</a>' in html
    assert '<span aria-current="page">7</span>' in html
    assert template.render(RequestContext(request, {"page": Paginator([1], 20).page(1)})).strip() == ""
