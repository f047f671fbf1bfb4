"""Registration: verification by mail, and the removal of what nobody verifies."""
