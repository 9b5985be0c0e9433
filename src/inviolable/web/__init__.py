"""The roof: settings, addresses and who may open them, sign-in pages, the look of every page, and the server."""
