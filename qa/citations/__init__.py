"""The forms of a citation; `qa.citations.forms` is the way in."""
