"""What a program says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.accounts.models import User
from eduraise.accounts.zones import find_zone
from eduraise.programs.models import Program
from eduraise.ui.widgets import DateInput

if TYPE_CHECKING:
    _ProgramForm = forms.ModelForm[Program]
else:  # the framework's forms can't be subscripted when they run
    _ProgramForm = forms.ModelForm


#: Words that stand in addresses where a program's code stands.
TAKEN = ("new", "profiles", "holidays")


def code_of(typed: str, but: Program | None = None) -> str:
    """A program's code as it is typed: it stands in addresses, and no other program has it. Raises
    ValidationError."""
    code = typed.strip()
    if not code.replace("-", "").isalnum() or not code.isascii() or code.casefold() in TAKEN:
        raise forms.ValidationError(_("Use letters, digits and dashes only, such as ALG-2."))
    others = Program.objects.exclude(pk=but.pk) if but else Program.objects.all()
    if others.filter(code_key=code.casefold()).exists():
        raise forms.ValidationError(_("Another program has this code."))
    return code


def contacts_of(program: Program) -> QuerySet[User]:
    """Who can be told of a program's classes in need: its teachers whose part has not ended, the admins, and
    whoever is told at present."""
    teachers = program.assignments.open().filter(only_for__isnull=True).values("person")
    wanted = Q(pk__in=teachers) | Q(is_admin=True)
    return User.objects.filter(Q(is_active=True) & wanted | Q(pk=program.alarm_contact_id or 0)).order_by(
        "name", "pk"
    )


class ProgramForm(_ProgramForm):
    """What a program says of itself, and for one that is there, which version of it the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput())

    class Meta:
        model = Program
        fields = (
            "title",
            "code",
            "subject",
            "needs",
            "zone",
            "starts_on",
            "ends_on",
            "guidelines",
            "software",
            "support_contact",
            "alarm_contact",
        )
        labels = {
            "title": gettext_lazy("Title"),
            "code": gettext_lazy("Code"),
            "subject": gettext_lazy("Subject"),
            "needs": gettext_lazy("What a teacher needs to know"),
            "zone": gettext_lazy("Time zone"),
            "starts_on": gettext_lazy("First day"),
            "ends_on": gettext_lazy("Last day"),
            "guidelines": gettext_lazy("Guidelines for classes"),
            "software": gettext_lazy("Software that students need"),
            "support_contact": gettext_lazy("Whom to ask"),
            "alarm_contact": gettext_lazy("Who is told when a class is without its teacher"),
        }
        help_texts = {
            "code": gettext_lazy("Short, such as ALG-2. It stands before the title everywhere."),
            "zone": gettext_lazy("Classes keep their local time here through every clock change."),
        }
        widgets = {
            "starts_on": DateInput(),
            "ends_on": DateInput(),
            "guidelines": forms.Textarea(attrs={"rows": 4}),
            "software": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            del self.fields["version"]
            del self.fields["alarm_contact"]  # it has no people yet
        else:
            self.fields["version"].initial = self.instance.version
            contact = self.fields["alarm_contact"]
            assert isinstance(contact, forms.ModelChoiceField)
            contact.queryset = contacts_of(self.instance)
            contact.empty_label = _("The admins")

    def clean_zone(self) -> str:
        """The zone's name, however its city was typed."""
        zone = find_zone(self.cleaned_data["zone"])
        if zone is None:
            raise forms.ValidationError(_("There is no such zone. Write a city, such as Madrid."))
        return zone

    def clean_code(self) -> str:
        """Letters, digits and dashes: the code stands in addresses."""
        return code_of(self.cleaned_data["code"], but=self.instance)

    def clean(self) -> dict[str, Any]:
        """First day before last."""
        data = super().clean() or {}
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and first > last:
            self.add_error("ends_on", _("The last day must not be before the first."))
        return data
