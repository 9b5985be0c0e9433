"""Days and moments in Spanish. One clock everywhere: 24 hours."""

DATE_FORMAT = "j \\d\\e F \\d\\e Y"
DATETIME_FORMAT = "j \\d\\e F \\d\\e Y, H:i"
TIME_FORMAT = "H:i"
