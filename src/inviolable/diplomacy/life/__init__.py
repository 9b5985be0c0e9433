"""The life of a note: its approval, number, release and delivery, and for whom it waits meanwhile."""
