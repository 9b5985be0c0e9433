"""From the facts of an incident and what the law found to the paragraphs of a note."""
