"""The server of the page and of the interfaces for programs."""
