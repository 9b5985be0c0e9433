"""Messages on their way: queued with what they belong to, leased while they are sent, never lost and never silent."""
