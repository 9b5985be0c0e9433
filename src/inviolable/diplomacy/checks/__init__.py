"""What stops a text before it goes out."""
