"""Who may come in: middlewares around the server's application, users, sessions and tokens.

`doors.py` puts them together, in their order; `access.py` says what the options of the command line mean.
"""
