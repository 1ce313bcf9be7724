"""Fields: label, hint, control, error in this order, tied together for those who hear the page."""

from __future__ import annotations

import re

import pytest
from django import forms
from django.template import Context, Template

from eduraise.ui.widgets import ChoiceCards, DateInput, Pills, TimeInput, Weekdays


class ClassForm(forms.Form):
    topic = forms.CharField(label="Title", help_text="What the class is about.")
    note = forms.CharField(required=False)
    days = forms.MultipleChoiceField(
        choices=[("1", "Mon"), ("2", "Tue")], widget=Weekdays, help_text="In Madrid time."
    )
    length = forms.ChoiceField(choices=[("45", "45 min"), ("90", "90 min")], widget=Pills)
    way = forms.ChoiceField(
        choices=[("one", "One app"), ("each", "Each teacher")], widget=ChoiceCards({"one": "Recommended."})
    )
    on = forms.DateField(widget=DateInput)
    at = forms.TimeField(widget=TimeInput)
    mute = forms.BooleanField(required=False, help_text="The program suggests this.")
    secret = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> None:
        raise forms.ValidationError("Two people <b> want this hour.")


def wrong() -> ClassForm:
    return ClassForm(
        {"topic": "", "days": ["1"], "length": "90", "way": "each", "on": "2025-11-27", "at": "18:00"}
    )


def test_a_field_says_label_hint_control_and_error_in_this_order() -> None:
    html = str(wrong()["topic"].as_field_group())

    assert re.findall(r"<(label|p|input|ul)\b", html) == ["label", "p", "input", "ul"]
    assert 'aria-describedby="id_topic_helptext id_topic_error"' in html
    assert 'aria-invalid="true"' in html
    assert '<p class="hint" id="id_topic_helptext">What the class is about.</p>' in html
    assert 'id="id_topic_error"' in html
    assert "<span>This can’t be empty.</span>" in html


def test_the_optional_is_marked_and_the_required_is_not() -> None:
    assert "<small>optional</small>" in str(wrong()["note"].as_field_group())
    assert "optional" not in str(wrong()["topic"].as_field_group())


def test_few_choices_are_pills_in_a_fieldset_that_its_hint_describes() -> None:
    html = str(wrong()["days"].as_field_group())

    assert html.startswith(
        '<fieldset class="field" aria-describedby="id_days_helptext"><legend>Days</legend>'
    )
    assert '<div class="pills days" id="id_days">' in html
    assert re.findall(r'value="(\d)"[^>]* checked', html) == ["1"]


def test_a_choice_card_has_its_explanation() -> None:
    html = str(wrong()["way"].as_field_group())

    assert "<b>One app</b><small>Recommended.</small>" in html
    assert "<b>Each teacher</b></label>" in html


def test_dates_and_times_are_the_devices_own_and_keep_what_was_typed() -> None:
    form = wrong()

    assert 'type="date" name="on" value="2025-11-27"' in str(form["on"])
    assert 'type="time" name="at" value="18:00"' in str(form["at"])


def test_a_box_stands_in_its_label_with_its_hint() -> None:
    html = str(wrong()["mute"].as_field_group())

    assert '<label class="check" for="id_mute"><input type="checkbox"' in html
    assert '<small id="id_mute_helptext">The program suggests this.</small>' in html


def test_a_form_with_errors_sums_them_up_with_links_and_takes_the_focus() -> None:
    html = str(wrong())
    summary = html[: html.index('<div class="field"')]

    assert 'role="alert"' in summary
    assert 'tabindex="-1" autofocus' in summary
    assert "2 things to put right" in summary
    assert '<a href="#id_topic">Title</a>: This can’t be empty.' in summary
    assert "Two people &lt;b&gt; want this hour." in summary
    assert html.endswith('<input type="hidden" name="secret" id="id_secret">')


def test_a_form_without_errors_has_no_summary() -> None:
    assert "notice" not in str(ClassForm())


def test_a_clash_is_amber_beside_the_field() -> None:
    html = Template("{% load ui %}{% field form.at clash='You teach then.' %}").render(
        Context({"form": ClassForm()})
    )

    assert '<p class="clash">' in html
    assert "<span>You teach then.</span>" in html
    assert "aria-invalid" not in html


class Typed(forms.Form):
    name = forms.CharField(max_length=3)
    number = forms.IntegerField(min_value=2, max_value=5)
    way = forms.ChoiceField(choices=[("a", "A")])
    email = forms.EmailField()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            {},
            {name: ["This can’t be empty."] for name in ("name", "number", "way", "email")},
        ),
        (
            {"name": "Nora", "number": "x", "way": "b", "email": "nora"},
            {
                "name": ["3 letters at most; there are 4."],
                "number": ["Give a whole number."],
                "way": ["Choose one of those shown."],
                "email": ["Give an e-mail address, such as nora@example.org."],
            },
        ),
        ({"name": "Ivo", "number": "1", "way": "a", "email": "i@x.org"}, {"number": ["2 at least."]}),
        ({"name": "Ivo", "number": "9", "way": "a", "email": "i@x.org"}, {"number": ["5 at most."]}),
    ],
)
def test_what_is_wrong_is_said_in_our_words(typed: dict[str, str], said: dict[str, list[str]]) -> None:
    assert Typed(typed).errors == said
