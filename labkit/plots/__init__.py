"""The course's pictures, one module for each theme; `style` holds the look that they share."""
