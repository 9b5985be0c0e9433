"""A note on paper: as a PDF, as a Word file, and back from Word."""
