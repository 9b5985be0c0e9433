"""What was demanded, how long it waits, what was answered, and what happened again."""
