"""Mail through Amazon SES."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

from communication.providers.mime import to_mime
from communication.providers.port import AddressInvalid, Email, ProviderUnavailable
from solo60 import aws

_INVALID = "BadRequestException"
"""What SES says of input that it cannot take. All but the address is made by us, so it is the address.

`MessageRejected` is not among them: SES says it of a sender that is not verified, a fault of the set-up.
"""


class SesEmail:
    """Hands the whole MIME message to SES, for its own call forms know no calendar parts.

    One attempt a call: a repeat after a lost answer would send the mail again.
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
