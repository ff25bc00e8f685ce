"""Answers the requests that the page sends to the server."""
