"""The demonstration with other hours, so that a test is the same at whatever hour it runs."""

import json
import shutil
from datetime import datetime, timedelta, timezone
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHINA = timezone(timedelta(hours=8))


def demonstration(folder: Path, *, is_open: bool, is_known: bool = True) -> str:
    """Open day and night, or on one day of the week only that is neither today nor tomorrow. `is_known`: whether any year's holidays are loaded."""
    target = folder / "demonstration"
    shutil.copytree(ROOT / "ops" / "demonstration", target)
    now = datetime.now(CHINA)
    hours = json.loads((target / "hours.json").read_text())
    for schedule in hours["schedules"]:
        if is_open:
            # Nobody works day and night: whoever signs on.
            schedule.pop("duty", None)
            schedule |= {"weekdays": [1, 2, 3, 4, 5, 6, 7], "intervals": [{"from": "00:00", "to": "24:00"}]}
        else:
            schedule["weekdays"] = [(now + timedelta(days=2)).isoweekday()]
    (target / "hours.json").write_text(json.dumps(hours))
    reference = json.loads((target / "reference.json").read_text())
    years = [f"y{now.year}", f"y{now.year + 1}"] if is_known else []
    reference["calendar"] = {"source": "made up"} | {year: {"holidays": [], "makeup_workdays": []} for year in years}
    (target / "reference.json").write_text(json.dumps(reference))
    return str(target)
