"""The pages of notes and their forms."""
