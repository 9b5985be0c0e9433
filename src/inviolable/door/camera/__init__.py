"""A fixed camera at the post: it films, seals, signs, keeps and sends (docs/recording.md). No Django, no database."""
