"""Where logs go: one line each on standard error, without content, keys or codes."""

import datetime
import json
import logging
import sys

from chappe.config import Config

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """One JSON object a line; what a caller adds with `extra` becomes further keys."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        when = datetime.datetime.fromtimestamp(record.created, datetime.UTC).isoformat(timespec="milliseconds")
        line = {"time": when, "level": record.levelname.lower(), "room": record.name, "text": record.getMessage()}
        line |= {key: value for key, value in vars(record).items() if key not in _OWN}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class TextLines(logging.Formatter):
    """One line for people, facts after it; a traceback follows indented."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        facts = " ".join(f"{key}={value}" for key, value in vars(record).items() if key not in _OWN)
        when = datetime.datetime.fromtimestamp(record.created, datetime.UTC).strftime("%H:%M:%S")
        line = f"{when} {record.levelname.lower():7} {record.name}: {record.getMessage()} {facts}".rstrip()
        if record.exc_info:
            line += "\n    " + self.formatException(record.exc_info).replace("\n", "\n    ")
        return line


def log_to_stderr(config: Config) -> None:
    """All rooms log to standard error as configured; libraries only when something is wrong."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if config.log_format == "json" else TextLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("chappe").setLevel(config.log_level.upper())
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # what strangers send is no news
    logging.captureWarnings(True)
