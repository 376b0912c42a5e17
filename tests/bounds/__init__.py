"""Work that specs may cause, and how it is bounded."""
