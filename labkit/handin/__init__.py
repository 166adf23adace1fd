"""What is handed in: its files, its notebooks however damaged, and the named regions of its modules.

The judge and the printer both read submissions with this, so they see the same.
"""
