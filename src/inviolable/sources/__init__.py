"""Sources: who says what of an event, how many independent voices there are, which contradictions matter to the law."""
