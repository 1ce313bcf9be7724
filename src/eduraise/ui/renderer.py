"""How Django's forms are drawn: ``{{ form.topic.as_field_group }}`` gives the same field everywhere."""

from typing import Any

from django.forms.renderers import DjangoTemplates


class Renderer(DjangoTemplates):
    """Django's widgets inside our field: label, hint, control, error."""

    form_template_name = "ui/form/form.html"
    field_template_name = "ui/form/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        """Errors are drawn by our list whichever class of Django's asks."""
        if template_name.startswith("django/forms/errors/list/"):
            template_name = "ui/form/errorlist.html"
        return super().render(template_name, context, request)
