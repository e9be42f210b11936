"""What is entered about webhook endpoints, and by what their log can be narrowed."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from koogallery.kinds import KINDS, Kind, topics
from koogallery.settlement_time import ZONE
from sellers.services.access.webhooks import DESCRIPTION_LENGTH, URL_LENGTH


class KindsForm(forms.Form):
    """Kinds of events to choose from, by what they are about."""

    kinds = forms.MultipleChoiceField(
        required=False, label=_("Of what"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kinds"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(name, kind.label) for name, kind in KINDS.items()]

    def groups(self) -> list[tuple[str, list[tuple[Kind, bool]]]]:
        """Topic, and its kinds with whether each is ticked."""
        ticked = set(self["kinds"].value() or ())
        return [
            (topic, [(kind, kind.name in ticked) for kind in kinds])
            for topic, kinds in topics().items()
        ]


class EndpointForm(KindsForm):
    """Names as the service's refusals have them."""

    url = forms.CharField(
        max_length=URL_LENGTH,
        label=_("Address"),
        help_text=_("https, and reachable from the internet."),
        widget=forms.URLInput,
    )
    description = forms.CharField(
        required=False,
        max_length=DESCRIPTION_LENGTH,
        label=_("Description"),
        help_text=_("Optional: which program listens there."),
    )
    field_order = ["url", "description", "kinds"]

    def chosen(self) -> dict[str, Any]:
        """Nothing ticked is everything."""
        return {**self.cleaned_data, "kinds": self.cleaned_data["kinds"] or None}


class ReplayForm(forms.Form):
    sequence_from = forms.IntegerField(
        required=False, min_value=1, label=_("From number"), help_text=_("The event's number.")
    )
    sequence_to = forms.IntegerField(
        required=False,
        min_value=1,
        label=_("To number"),
        help_text=_("The same again for one event; empty: through the last."),
    )
    since = forms.DateTimeField(
        required=False,
        label=_("Or all since"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = gettext("In the settlement time zone, %(zone)s.") % {"zone": ZONE.key}
        self.fields["since"].help_text = zone


class SimulationForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind of event"))
    to = forms.URLField(
        required=False,
        max_length=URL_LENGTH,
        assume_scheme="http",
        label=_("Where your program listens"),
        help_text=_("On your machine; only the command below has it, we never call it."),
        widget=forms.URLInput,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (topic, [(kind.name, kind.label) for kind in kinds])
            for topic, kinds in topics().items()
        ]


class EnableForm(forms.Form):
    skip_missed = forms.ChoiceField(
        label=_("What it missed"),
        choices=[
            ("", _("Is sent now, in order")),
            ("yes", _("Is left out: only what comes is sent")),
        ],
        required=False,
    )
