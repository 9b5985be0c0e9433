"""Law as code: literate law files, and the small engine that reads, proves and compiles them. No Django."""
