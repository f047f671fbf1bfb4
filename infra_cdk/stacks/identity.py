"""The Cognito user pool, its groups and its client.

Cognito sends no mail. The backend registers members (AdminCreateUser with its message suppressed), and the
communication service sends codes and links with the project's own templates.
"""

from __future__ import annotations

from typing import Any

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra_cdk.checks import suppress
from infra_cdk.constructs import removal
from infra_cdk.names import Names
from infra_cdk.stages import Stage

USER_ID = "user_id"
GROUPS = {"member": "All members", "admin": "Administrators"}


class IdentityStack(Stack):
    """Pool, groups, client."""

    def __init__(self, scope: Construct, id: str, stage: Stage, **options: Any) -> None:
        super().__init__(scope, id, **options)
        names = Names(stage.name)
        self.pool = cognito.UserPool(
            self,
            "Members",
            user_pool_name=names.of("members"),
            feature_plan=cognito.FeaturePlan.ESSENTIALS,
            self_sign_up_enabled=False,
            # The name of a user is the member's id. Any number of users may have an e-mail address; it is an alias of
            # the one who has verified it.
            sign_in_aliases=cognito.SignInAliases(username=True, email=True),
            sign_in_case_sensitive=False,
            # Not required: the client would need write permission for it, which members must not have.
            standard_attributes=cognito.StandardAttributes(
                email=cognito.StandardAttribute(required=False, mutable=True)
            ),
            custom_attributes={USER_ID: cognito.StringAttribute(mutable=False, min_len=36, max_len=36)},
            password_policy=cognito.PasswordPolicy(
                min_length=10,
                require_digits=True,
                require_lowercase=True,
                require_uppercase=True,
                require_symbols=False,
            ),
            mfa=cognito.Mfa.OFF,
            # Recovery uses our own mails; Cognito's recovery would send mails itself.
            account_recovery=cognito.AccountRecovery.NONE,
            deletion_protection=stage.keeps_data,
            removal_policy=removal(stage),
        )
        suppress(
            self.pool,
            "AwsSolutions-COG1",
            "Length protects better than symbols, which registration does not require either.",
        )
        suppress(
            self.pool,
            "AwsSolutions-COG2",
            "Nobody logs in at Cognito directly; the auth service asks admins for a second factor.",
        )
        suppress(
            self.pool,
            "AwsSolutions-COG8",
            "Nobody logs in at Cognito directly: the backend has its own throttles and codes.",
        )
        for group, description in GROUPS.items():
            cognito.CfnUserPoolGroup(
                self, group.title(), user_pool_id=self.pool.user_pool_id, group_name=group, description=description
            )
        self.client = self.pool.add_client(
            "App",
            user_pool_client_name="app",
            generate_secret=False,
            auth_flows=cognito.AuthFlow(admin_user_password=True),
            disable_o_auth=True,
            supported_identity_providers=[cognito.UserPoolClientIdentityProvider.COGNITO],
            prevent_user_existence_errors=True,
            enable_token_revocation=True,
            # No client gets an access token or a refresh token of Cognito: with one it would call Cognito past the API.
            # The refresh tokens that clients have are the auth service's own, and rotate; Cognito's do not.
            access_token_validity=Duration.minutes(5),
            id_token_validity=Duration.minutes(15),
            refresh_token_validity=Duration.days(365),
            read_attributes=cognito.ClientAttributes()
            .with_standard_attributes(email=True, email_verified=True)
            .with_custom_attributes(USER_ID),
            write_attributes=cognito.ClientAttributes().with_standard_attributes(locale=True),
        )
        CfnOutput(self, "UserPoolId", value=self.pool.user_pool_id)
        CfnOutput(self, "UserPoolClientId", value=self.client.user_pool_client_id)
