"""What is raised where no picture can be made."""

from __future__ import annotations


class DiagramError(Exception):
    """A picture cannot be made; the message says why, and what to do."""
