"""The words that notes are written and checked with, by language, and the marks that stand in them."""
