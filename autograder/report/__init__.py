"""The class report for instructors: how a homework went, where it hurts, and what a person should look at."""
