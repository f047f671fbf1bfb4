"""Rendering of templates: Jinja in a sandbox, with escaping in the HTML part only.

This module imports Jinja, so endpoints must not import it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from jinja2 import FileSystemLoader, StrictUndefined, UndefinedError
from jinja2 import Template as Compiled
from jinja2.sandbox import ImmutableSandboxedEnvironment

from communication.errors import VariableMissing
from communication.formatting import one_line
from communication.template_store import FOLDER, Template

Variables = Mapping[str, str]


@dataclass(frozen=True)
class Rendered:
    """The content of a mail."""

    subject: str
    text: str
    html: str


@cache
def _environment(html: bool) -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(FOLDER),
        autoescape=html,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@lru_cache(maxsize=256)
def _compiled(source: str, html: bool) -> Compiled:
    return _environment(html).from_string(source)


def require_variables(template: Template, variables: Variables) -> None:
    """Require all variables of `template`.

    Raises
    ------
    VariableMissing
        With the names of all missing variables.
    """
    missing = template.manifest.variables - set(variables)
    if missing:
        raise VariableMissing(template.name, missing)


def render_subject(template: Template, variables: Variables) -> str:
    """The subject: one line, unescaped."""
    return one_line(_fill(template, template.subject, variables, html=False))


def render_notice(template: Template, variables: Variables) -> str:
    """The text that the app shows: one line, unescaped."""
    if template.notice is None:
        raise ValueError(f"{template.name} is not shown in the app")
    return one_line(_fill(template, template.notice, variables, html=False))


def render(template: Template, variables: Variables) -> Rendered:
    """The whole mail.

    Raises
    ------
    VariableMissing
        A variable of the template is missing.
    """
    return Rendered(
        subject=render_subject(template, variables),
        text=_fill(template, template.text, variables, html=False).strip() + "\n",
        html=_fill(template, template.html, variables, html=True),
    )


def _fill(template: Template, source: str, variables: Variables, *, html: bool) -> str:
    require_variables(template, variables)
    multiline = template.manifest.multiline
    cleaned = {name: value if name in multiline else one_line(value) for name, value in variables.items()}
    try:
        return _compiled(source, html).render(cleaned)
    except UndefinedError as error:
        raise VariableMissing(template.name, {error.message or "a variable"}) from None
