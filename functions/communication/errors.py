"""Refusals and faults of the communication service."""

from __future__ import annotations

from collections.abc import Iterable

from solo60.problems import NotFound, Problem


class TemplateUnknown(NotFound):
    code = "template_unknown"
    title = "There is no such template"


class VariableMissing(Problem):
    """A template asks for something that it was not given."""

    status = 422
    code = "variable_missing"
    title = "The template needs a variable that is not given"

    def __init__(self, template: str, names: Iterable[str]) -> None:
        self.names = tuple(sorted(names))
        super().__init__(f"{template} needs {', '.join(self.names)}.")


class ContactUnknown(Exception):
    """The member's registration has not arrived yet; the queue brings the event again."""


class ContactContended(Exception):
    """Other events of this member keep changing the contact; the queue brings this one again."""


class DeliveryDeferred(Exception):
    """No provider could take the message; the queue brings it again, and in the end dead-letters it."""


class DeliveryUnderWay(Exception):
    """Somebody else holds this message's lease; the queue brings it again, in case they fell over."""
