"""What was measured of the alarm, as Markdown."""

from collections.abc import Mapping, Sequence

from benchmarks.parts import Result
from benchmarks.report import wrapped


def alarm_report(found: Mapping[str, Result]) -> list[str]:
    """The section on the alarm."""
    presses, thousand, crashes = found["alarm_presses"], found["alarm_thousand"], found["alarm_crashes"]
    return [
        "## The alarm",
        "",
        wrapped(
            f"""One server with its loops, SQLite, a gateway for text messages in a process of its own that answers
            after 100 ms and takes fifty messages at once. {presses["presses"]} presses of the button on the page, each
            another alarm, from the moment the form is sent, in milliseconds:"""
        ),
        "",
        "| | median | slowest of a hundred | slowest |",
        "|---|--:|--:|--:|",
        milliseconds("it is committed and answered", presses["committed"]),
        milliseconds("the gateway has the first call (target 500)", presses["called"]),
        "",
        *recipients(thousand),
        *steps(crashes, found["alarm_open"]),
    ]


def milliseconds(what: str, taken: Mapping[str, float]) -> str:
    return f"| {what} | " + " | ".join(f"{taken[name] * 1000:,.0f}" for name in ("p50", "p99", "most")) + " |"


def recipients(thousand: Result) -> list[str]:
    ours, bare, apprise = thousand["last"], thousand["bare"], thousand["apprise"]
    return [
        wrapped(
            f"""{thousand["recipients"]:,} recipients of one alarm, each recorded when queued and when taken, from the
            press to the last answer; the peers hand the same texts to the same gateway and record nothing:"""
        ),
        "",
        "| | seconds | of the bare client |",
        "|---|--:|--:|",
        f"| Inviolable, from the press | {ours:.2f} | {ours / bare:.2f} (target 1.3) |",
        f"| of that: until committed; until the first call | {thousand['committed']:.2f}; {thousand['first']:.2f} | |",
        f"| aiohttp, fifty connections | {bare:.2f} | 1 |",
        f"| Apprise, one after another (from {thousand['apprised']} of them) | {apprise:.0f} | {apprise / bare:.0f} |",
        "",
    ]


def steps(crashes: Result, opened: Result) -> list[str]:
    return [
        "Calls of later steps, later than due, in milliseconds (target: under a second):",
        "",
        "| | calls | median | slowest of a hundred | slowest |",
        "|---|--:|--:|--:|--:|",
        late(f"{crashes['alarms']} alarms; a worker beside the server killed {crashes['kills']} times", crashes),
        late(f"{opened['open']:,} alarms open at once", opened),
        "",
        wrapped(
            f"""A message that a killed process had in hand goes out again once its lease of 30 seconds ends, marked as
            a repeat: {taken_over(crashes["taken_over"])}. With {opened["open"]:,} alarms open the server used
            {opened["cpu"]:.2f} of a processor. Raising them, one after another, took {opened["raising"]:.0f} s;
            {opened["refused"]} times the page said that the database is busy."""
        ),
        "",
    ]


def taken_over(late: Sequence[float]) -> str:
    """How many there were, and how long after their lease the last one came."""
    return f"{len(late)} of these calls, at most {max(late, default=0):.1f} s after it, and not in the table"


def late(what: str, part: Result) -> str:
    row = milliseconds(what, part["late"])
    return row.replace(f"| {what} |", f"| {what} | {part['calls']:,} |")
