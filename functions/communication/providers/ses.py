"""Mail through Amazon SES."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

from communication.providers.mime import to_mime
from communication.providers.port import AddressInvalid, Email, ProviderUnavailable
from solo60 import aws

_INVALID = "BadRequestException"
"""SES's error for invalid input. All input except the address is made by us, so the address is invalid.

`MessageRejected` is different: SES reports it for an unverified sender, which is an error of the configuration.
"""


class SesEmail:
    """Sends the whole MIME message to SES, because SES's structured calls have no calendar parts.

    One attempt per call: a retry after a lost response would send the mail again.
    """

    name = "ses"

    def send(self, message: Email) -> str:
        """Send through SESv2."""
        raw = to_mime(message)
        try:
            answer = aws.client("sesv2", attempts=1).send_email(
                FromEmailAddress=message.sender,
                Destination={"ToAddresses": [message.to]},
                Content={"Raw": {"Data": raw}},
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == _INVALID:
                raise AddressInvalid from error
            raise ProviderUnavailable(code) from error
        except BotoCoreError as error:
            raise ProviderUnavailable(type(error).__name__) from error
        return str(answer["MessageId"])
