"""The tablet at the door: which devices there are, and what they say."""
