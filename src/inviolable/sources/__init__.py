"""Documents, what each of them says, and who said it."""
