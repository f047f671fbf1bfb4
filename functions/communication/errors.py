"""Errors of the communication service."""

from __future__ import annotations

from collections.abc import Iterable

from solo60.failures import LoggableError
from solo60.problems import NotFound, Problem


class TemplateUnknown(NotFound):
    code = "template_unknown"
    title = "There is no such template"


class VariableMissing(Problem):
    """A variable of a template is missing."""

    status = 422
    code = "variable_missing"
    title = "The template needs a variable that is not given"

    def __init__(self, template: str, names: Iterable[str]) -> None:
        self.names = tuple(sorted(names))
        super().__init__(f"{template} needs {', '.join(self.names)}.")


class ContactUnknown(LoggableError):
    """The member's registration has not arrived yet; the queue delivers the event again."""


class DeliveryDeferred(LoggableError):
    """No provider could accept the message; the queue delivers it again, and finally moves it to the dead letters."""


class DeliveryInProgress(LoggableError):
    """Another delivery holds the lease of this message; the queue delivers it again, in case that one fails."""
