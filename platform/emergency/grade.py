"""The grade of an accident by its losses: State Council Order No. 493, the edition of its day."""

import datetime

from core.severity import Severity
from core.standard import in_force

GRADES = {
    Severity.RED: ("特别重大", "Extraordinarily serious"),
    Severity.ORANGE: ("重大", "Serious"),
    Severity.YELLOW: ("较大", "Major"),
    Severity.BLUE: ("一般", "Ordinary"),
}


def accident(
    deaths: int, serious_injuries: int, loss_10k_yuan: float, day: datetime.date
) -> Severity:
    """Return the worst grade that any one criterion reaches; losses in 10,000 yuan."""
    for row in in_force("accident", day).data["grades"]:
        if (
            deaths >= row["deaths"] > 0
            or serious_injuries >= row["serious_injuries"] > 0
            or loss_10k_yuan >= row["loss_10k_yuan"] > 0
        ):
            return Severity(row["severity"])
    return Severity.BLUE
