"""What the capabilities of auth share: e-mail addresses and their owners, limits of mails."""
