"""Grading inside of Gradescope's container: what is uploaded there, and what runs there. Same judge, same sandbox."""
