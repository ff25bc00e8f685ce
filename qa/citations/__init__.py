"""The forms of a citation; `qa.cite` is the way in."""
