"""Notes, their approval, release and delivery, and the demands that live until they are met."""
