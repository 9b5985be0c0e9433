"""What the log leaves out: a stranger's malformed request is one line, however often it is sent."""

import logging


class OneLineForStrangers(logging.Filter):
    """Takes the traceback off what Django says of suspicious requests: unknown hosts, too many fields, too large."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything through; the trace of a suspicious request would only be a trace of Django."""
        if record.name.startswith("django.security"):
            record.exc_info = record.exc_text = None
        return True
