"""Indicator 2.1 once more, slowly, from the lines of ``dat export cases`` alone.

It imports nothing of the program: everything is a number of seconds, each rule is one
``if``, and the law stands here as QĐ 766/QĐ-TTg is read, not in the program's data.
"""

from datetime import datetime, timedelta, timezone

HANOI = timezone(timedelta(hours=7))


def seconds(text):
    return None if text is None else int(datetime.fromisoformat(text).timestamp())


def midnight_after(day):
    following = datetime.fromisoformat(str(day)) + timedelta(days=1)
    return int(following.replace(tzinfo=HANOI).timestamp())


def midnight_before(day):
    return int(datetime.fromisoformat(str(day)).replace(tzinfo=HANOI).timestamp())


def verdict(line, first, last):
    """Return "out", "no day", "on time" or "late"."""
    since, until = midnight_before(first), midnight_after(last)
    received, ended = seconds(line["received"]), seconds(line["ended"])
    if received is None or received >= until:
        return "out"
    if ended is not None and ended < since:
        return "out"
    if line["appointment"] is None:
        return "no day"
    if ended is None or ended >= until:
        ended = until
    requests = 0
    waited = 0
    for each in line["supplements"]:
        requested, completed = seconds(each["requested"]), seconds(each["completed"])
        if requested >= until:
            continue
        requests += 1
        if completed is None or completed >= until or completed > ended:
            completed = ended
        if requested < completed:
            waited += completed - requested
    if requests > 1:
        return "late"
    return (
        "on time" if ended - waited <= midnight_after(line["appointment"]) else "late"
    )


def two_decimals(part, whole):
    if whole == 0:
        return None
    hundredths, rest = divmod(part * 10000, whole)
    return (hundredths + (2 * rest >= whole)) / 100


def table(lines, first, last):
    verdicts = [verdict(line, first, last) for line in lines]
    on_time, late = verdicts.count("on time"), verdicts.count("late")
    return {
        "total": on_time + late,
        "on_time": on_time,
        "late": late,
        "rate": two_decimals(on_time, on_time + late),
    }


def by(lines, key, first, last):
    """Return the table of each value of a key that has a case in the period."""
    found = {}
    for value in sorted({line[key] for line in lines if line[key] is not None}):
        some = [line for line in lines if line[key] == value]
        if any(verdict(line, first, last) != "out" for line in some):
            found[value] = table(some, first, last)
    return found
