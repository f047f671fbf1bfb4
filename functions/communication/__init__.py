"""Messages: templates, mails, in-app notifications, history."""
