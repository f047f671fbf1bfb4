"""The values of a stage: which are taken, and what is said of the others."""

from __future__ import annotations

import pytest

from infra_cdk import app as infra  # isort: skip - before aws_cdk, which starts Node.js
from aws_cdk import App, Stack
from aws_cdk import aws_logs as logs

from infra_cdk import constructs
from infra_cdk.commands import cdk
from infra_cdk.stages import LOG_RETENTION_DAYS, STAGES, InvalidStage, Stage, stage_of

DEPLOYED = [stage for stage in STAGES.values() if stage.name != "local"]
OWN = "mail_domain=gym.test allowed_origin=https://app.gym.test alarm_email=ops@gym.test"


def test_a_stage_is_chosen_by_context_then_by_the_environment() -> None:
    assert stage_of({"stage": "prod"}, {"STAGE": "staging"}).name == "prod"
    assert stage_of({}, {"STAGE": "staging"}).name == "staging"
    assert stage_of({}, {}).name == "dev"
    with pytest.raises(InvalidStage, match="production"):
        stage_of({"stage": "production"}, {})


def test_a_stage_s_values_can_be_overridden_by_context() -> None:
    stage = stage_of({"stage": "prod", "alarm_email": "ops@example.com", "log_retention_days": "30"}, {})
    assert (stage.alarm_email, stage.log_retention_days, stage.keeps_data) == ("ops@example.com", 30, True)
    assert stage_of({"stage": "prod", "keeps_data": "false"}, {}).keeps_data is False
    assert stage_of({"stage": "prod", "account": 111122223333}, {}).account == "111122223333"
    assert stage_of({"stage": "prod", "alarm_email": None}, {}).alarm_email == ""


@pytest.mark.parametrize(
    ("stage", "name", "value"),
    [
        ("dev", "allowed_origin", "https://app.gym.test:8443"),
        ("dev", "allowed_origin", "https://localhost:3000"),
        ("local", "allowed_origin", "*"),
        ("dev", "log_retention_days", "90"),
        ("dev", "log_level", "WARNING"),
        ("dev", "region", "eu-central-1"),
        ("dev", "email_providers", "ses,console"),
        ("local", "stripe_api_base", "http://127.0.0.1:8061"),
        ("local", "file_store", "console"),
        ("local", "file_store", "folder:/tmp/files"),
    ],
)
def test_a_value_that_can_be_deployed_is_taken(stage: str, name: str, value: str) -> None:
    assert str(getattr(stage_of({"stage": stage, name: value}, {}), name)) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("log_retention_days", "91"),
        ("log_retention_days", "0"),
        ("log_retention_days", "a month"),
        ("archive_days", "0"),
        ("archive_days", "-1"),
        ("archive_days", "1.5"),
        ("keeps_data", "perhaps"),
        ("alarm_email", "ops"),
        ("alarm_email", "ops@gym"),
        ("alarm_email", "ops@gym.test,cto@gym.test"),
        ("allowed_origin", "*"),
        ("allowed_origin", ""),
        ("allowed_origin", "http://app.gym.test"),
        ("allowed_origin", "https://app.gym.test/"),
        ("allowed_origin", "https://app.gym.test/app"),
        ("allowed_origin", "https://app.gym.test:443"),
        ("allowed_origin", "https://App.gym.test"),
        ("allowed_origin", "https://user@app.gym.test"),
        ("allowed_origin", "https://app.gym.test\n"),
        ("allowed_origin", "app.gym.test"),
        ("mail_domain", ""),
        ("mail_domain", "gym"),
        ("mail_domain", "gym.test."),
        ("mail_domain", "hello@gym.test"),
        ("mail_domain", ".".join(["gym"] * 70)),
        ("account", "1234"),
        ("account", "11112222333a"),
        ("region", "eu-west-9"),
        ("region", "cn-north-1"),
        ("region", ""),
        ("log_level", "LOUD"),
        ("log_level", "info"),
        ("stripe_api_base", "http://api.stripe.com"),
        ("stripe_api_base", "https://api.stripe.com/v1"),
        ("stripe_api_base", ""),
        ("email_providers", ""),
        ("email_providers", "ses,sendgrid"),
        ("email_providers", "ses, console"),
        ("email_providers", "ses,ses"),
        ("file_store", "console"),
        ("file_store", "folder:/tmp/files"),
        ("file_store", "gcs"),
        ("layer_platform", "gcp"),
        ("tls_only", "maybe"),
        ("has_distribution", "maybe"),
        ("mail_by_identity", "maybe"),
    ],
)
def test_a_value_that_cannot_be_deployed_is_refused_in_one_line(name: str, value: str) -> None:
    with pytest.raises(InvalidStage) as refused:
        stage_of({"stage": "prod", name: value}, {})
    said = str(refused.value)
    assert said.startswith(f"{name} cannot be {value!r}: ")
    assert said.endswith(".")
    assert "\n" not in said
    assert "not valid" not in said, "it says what would be right"


@pytest.mark.parametrize("value", ["folder", "folder:files", "console:x", "S3", ""])
def test_a_store_that_there_is_not_is_refused_locally_too(value: str) -> None:
    with pytest.raises(InvalidStage, match="an absolute path"):
        stage_of({"stage": "local", "file_store": value}, {})


def test_every_wrong_value_is_named_at_once() -> None:
    with pytest.raises(InvalidStage, match=r"log_retention_days cannot be '91': .*; archive_days cannot be '0': "):
        stage_of({"stage": "prod", "archive_days": "0", "log_retention_days": "91"}, {})


def test_a_value_that_no_stage_has_is_refused() -> None:
    with pytest.raises(InvalidStage, match=r"no log_retention: it has account, .*log_retention_days"):
        stage_of({"stage": "prod", "log_retention": "90"}, {})
    with pytest.raises(InvalidStage, match="no name"):
        stage_of({"stage": "prod", "name": "test"}, {})


def test_the_days_of_a_log_group_are_those_of_the_stage() -> None:
    """The CDK names the periods instead of counting them."""
    stack = Stack(App(), "logs")
    for days in LOG_RETENTION_DAYS:
        stage = STAGES["dev"].model_copy(update={"log_retention_days": days})
        group = constructs.log_group(stack, f"Group{days}", stage, f"group-{days}").node.default_child
        assert isinstance(group, logs.CfnLogGroup)
        assert group.retention_in_days == days


@pytest.mark.parametrize(
    ("value", "said"), [({"archive_days": "0"}, "archive_days cannot be '0'"), ({"archive_day": "7"}, "no archive_day")]
)
def test_the_app_reports_a_wrong_or_unknown_value_in_one_line(
    monkeypatch: pytest.MonkeyPatch, value: dict[str, str], said: str
) -> None:
    app = App(context={"stage": "dev", "@aws-cdk/core:stackRelativeExports": True, **value})
    monkeypatch.setattr(infra, "new_app", lambda: app)
    with pytest.raises(SystemExit, match=f"^error  .*{said}"):
        infra.main()


def test_deploying_takes_values_by_name() -> None:
    words = f"--stage prod {OWN} -- deploy --all".split()
    assert cdk.arguments_of(words) == [
        *("deploy", "--all", "--context", "stage=prod", "--context", "mail_domain=gym.test"),
        *("--context", "allowed_origin=https://app.gym.test", "--context", "alarm_email=ops@gym.test"),
    ]
    assert cdk.arguments_of(["--stage", "prod", "--", "synth", "--quiet"])[:2] == ["synth", "--quiet"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--stage prod -- deploy --all", "mail_domain is solo60.example, which is an example"),
        ("--stage prod mail_domain=gym.test -- deploy --all", "allowed_origin is https://app.solo60.example"),
        (f"--stage prod {OWN} alarm_email=ops@example.com -- deploy", "alarm_email is ops@example.com"),
        (f"--stage prod {OWN} alarm_email= -- deploy --all", "alarm_email is empty"),
        (f"--stage prod {OWN} tls_only=false -- deploy --all", "tls_only"),
        (f"--stage prod {OWN} has_distribution=false -- deploy --all", "has_distribution"),
        (f"--stage prod {OWN} mail_by_identity=false -- deploy --all", "mail_by_identity"),
        (f"--stage prod {OWN} layer_platform=host -- deploy --all", "layer_platform"),
        (f"--stage local {OWN} -- deploy --all", "make run"),
        ("--stage production -- synth", "production"),
        ("--stage dev stage=prod -- synth", "dev and prod"),
        ("--stage prod mail=gym.test -- synth", "mail_domain"),
        ("--stage prod log_retention_days=91 -- synth", "log_retention_days cannot be '91'"),
        ("--stage prod mail_domain -- synth", "name=value"),
    ],
)
def test_what_cannot_be_deployed_is_one_line(words: str, said: str) -> None:
    with pytest.raises(InvalidStage, match=said) as refused:
        cdk.arguments_of(words.split())
    assert "\n" not in str(refused.value)


def test_a_domain_that_only_ends_like_an_example_is_none() -> None:
    words = f"--stage prod {OWN} mail_domain=myexample.com -- deploy"
    assert "mail_domain=myexample.com" in cdk.arguments_of(words.split())


def test_make_reports_a_wrong_value_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["cdk", *["--stage", "prod", "archive_days=0", "--", "synth"]])
    assert cdk.main() == 1
    assert capsys.readouterr().err == "error  archive_days cannot be '0': This must be more than 0.\n"


@pytest.mark.parametrize("stage", DEPLOYED, ids=lambda stage: stage.name)
def test_a_deployed_stage_is_narrowed_nowhere(stage: Stage) -> None:
    assert (stage.tls_only, stage.mail_by_identity, stage.layer_platform) == (True, True, "aws")
    assert stage.stripe_api_base == "https://api.stripe.com"
    assert stage.allowed_origin.startswith("https://")
