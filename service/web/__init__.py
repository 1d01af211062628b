"""The pages: read the request, call a use case, answer. No rule is decided here."""
