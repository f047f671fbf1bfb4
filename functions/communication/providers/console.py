"""Mail to the log, for stages without a provider. Bodies are not logged, because they may contain a code."""

from __future__ import annotations

from communication.providers.port import Email
from solo60 import observability
from solo60.ids import new_id


class ConsoleEmail:
    """Writes one structured log line per mail."""

    name = "console"

    def send(self, message: Email) -> str:
        """Log the recipient and the subject of a mail."""
        provider_message_id = new_id()
        observability.logger().info(
            "email",
            extra={
                "mail": {
                    "message": message.message_id,
                    "provider_message": provider_message_id,
                    "to": message.to,
                    "subject": message.subject,
                    "template": message.template,
                    "attachments": [attachment.filename for attachment in message.attachments],
                }
            },
        )
        return provider_message_id
