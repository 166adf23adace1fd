"""Carry your own functions over from an earlier homework into the next one.

In the folder of the next homework, with the earlier one beside it:

    python -m labkit carry hw3 hw4 --dry-run      # say what would happen
    python -m labkit carry hw3 hw4

What goes over is what you wrote below lines such as `# --- layers.affine_forward ---`, together with the functions
and imports of your own that it uses. Nothing that you have already written in the next homework is replaced, and
every file that changes is kept beside it (`layers.py.bak`). This is text moved from file to file: nothing is run.
"""

from labkit.carry.folders import CarryError, ModuleReport, carry, find_folders
from labkit.carry.move import Line, Moved, move_regions

__all__ = ["CarryError", "Line", "ModuleReport", "Moved", "carry", "find_folders", "move_regions"]
