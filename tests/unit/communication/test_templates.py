"""The system's templates, and how templates are filled."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest
from jinja2.exceptions import SecurityError

from communication.errors import TemplateUnknown, VariableMissing
from communication.rendering import render, render_notice, render_subject
from communication.statuses import Category
from communication.template_store import FOLDER, SYSTEM, Manifest, Template, Templates, digest, recorded_versions

NAMED_BY_THE_PRODUCT = {
    "verification",
    "password_reset",
    "booking_confirmed",
    "booking_changed",
    "booking_cancelled",
    "reminder",
    "waiting_list_offer",
    "invitation",
    "receipt",
    "renewal",
    "payment_failed",
    "support_reply",
    "export_ready",
}


def filled(name: str) -> dict[str, str]:
    """A value for each variable that shows whether it was escaped."""
    return {variable: f"<{variable}> & 'co'" for variable in SYSTEM[name].variables}


def made(subject: str = "s", text: str = "t", html: str = "h", *variables: str) -> Template:
    return Template("made", 1, Manifest(Category.SOCIAL, frozenset(variables)), subject, text, html, None)


def words(text: str) -> set[str]:
    return set(re.findall(r"[^\s:\"]+", text))


def test_every_template_that_the_product_names_is_there() -> None:
    assert set(SYSTEM) >= NAMED_BY_THE_PRODUCT
    assert {folder.name for folder in FOLDER.iterdir() if folder.is_dir()} == set(SYSTEM)


@pytest.mark.parametrize("name", SYSTEM)
def test_a_changed_template_is_a_new_version(name: str) -> None:
    versions = recorded_versions()[name]
    assert versions[-1] == digest(name), f"{name} has changed: append {digest(name)!r} to it in templates/versions.json"
    assert Templates().current(name).version == len(versions)


@pytest.mark.parametrize("name", SYSTEM)
def test_each_variable_is_escaped_once_in_html_and_never_elsewhere(name: str) -> None:
    template, variables = Templates().current(name), filled(name)
    mail = render(template, variables)
    for variable, value in variables.items():
        escaped = f"&lt;{variable}&gt; &amp; &#39;co&#39;"
        # one that is only asked whether it is there, or stands in the subject alone, need not be in both
        assert (value in mail.text) == (escaped in mail.html)
        assert value not in mail.html
        assert f"<{variable}>" in mail.text + mail.subject
    assert "&amp;lt;" not in mail.html
    assert "&lt;" not in mail.text + mail.subject
    if template.notice is not None:
        assert "&lt;" not in render_notice(template, variables)


@pytest.mark.parametrize("name", SYSTEM)
def test_text_and_html_say_the_same(name: str) -> None:
    mail = render(Templates().current(name), {variable: f"v{variable}v" for variable in SYSTEM[name].variables})
    body = re.sub(r"<head>.*</head>|<h1.*?</h1>", "", mail.html, flags=re.DOTALL)
    links = re.findall(r'href="([^"]*)"', body)
    shown = words(unescape(re.sub(r"<[^>]*>", " ", body)) + " " + " ".join(links))
    assert words(mail.text) ^ shown <= {"SOLO60"}


@pytest.mark.parametrize("name", SYSTEM)
def test_a_missing_variable_is_refused_with_its_name(name: str) -> None:
    for variable in SYSTEM[name].variables:
        rest = {key: value for key, value in filled(name).items() if key != variable}
        with pytest.raises(VariableMissing) as refusal:
            render(Templates().current(name), rest)
        assert refusal.value.names == (variable,)
        assert (refusal.value.status, refusal.value.code) == (422, "variable_missing")


@pytest.mark.parametrize("name", [name for name, manifest in SYSTEM.items() if manifest.secret])
def test_a_secret_stands_in_the_body_alone(name: str) -> None:
    template, variables = Templates().current(name), filled(name)
    assert not any(value in render_subject(template, variables) for value in variables.values())
    assert template.notice is None


def test_a_variable_that_the_manifest_forgot_is_refused_too() -> None:
    with pytest.raises(VariableMissing):
        render(made(text="{{ forgotten }}"), {})


def test_a_subject_is_one_line_whatever_fills_it() -> None:
    template = made("Hi {{ name }}", "t", "h", "name")
    assert render_subject(template, {"name": "Robin\r\nBcc: x@example.com"}) == "Hi Robin Bcc: x@example.com"


def test_only_what_may_have_lines_keeps_them() -> None:
    mail = render(
        Templates().current("support_reply"), {**filled("support_reply"), "reply": "one\ntwo", "author": "a\nb"}
    )
    assert "one\ntwo" in mail.text
    assert "a b from SOLO60" in mail.text


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ name.__init__.__globals__ }}",
        "{% set x = [] %}{{ x.append(1) }}",
        "{% for _ in range(10000000) %}{% endfor %}",
    ],
)
def test_a_template_cannot_leave_its_sandbox(source: str) -> None:
    with pytest.raises((SecurityError, VariableMissing, OverflowError)):
        render(made("s", source, "h", "name"), {"name": "Robin"})


def test_an_unknown_template_is_refused() -> None:
    with pytest.raises(TemplateUnknown):
        Templates().current("nonsense")


def test_a_template_elsewhere_renders_like_the_systems_own() -> None:
    html = '{% extends "layout.html" %}{% block content %}{{ price }}{% endblock %}'
    template = replace(Templates().current("receipt"), version=7, html=html)
    assert "&lt;price&gt;" in render(template, filled("receipt")).html
