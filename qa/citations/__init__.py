"""Write citations. `qa.citations.forms` lists the forms."""
