"""The yearly report in the eleven official sheets.

Source: trir/annex-I
Zero where something could have happened and did not, nothing where it cannot happen here or is not known; why, stands
in the column for context. Medians are in hours.
"""

import csv
import io
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from chappe.store import Reader
from chappe.transparency.yearly import orders
from chappe.transparency.yearly.counts import ACCOUNT, SERVICE, TOTAL, VISIBILITY, Minutes, Place, Year, count

TEMPLATES = Path(__file__).with_name("templates")
SHEETS = (
    "1_summary", "2_categories_names", "3_member_states_orders", "4_notices", "5_own_initiative_illegal",
    "6_own_initiative_TC", "7_appeals_and_recidivism", "8_automated_means", "9_human_resources", "10_AMAR",
    "11_qualitative",
)  # fmt: skip
TEXT_LENGTH = 5000
CATEGORY, KEYWORD = "STATEMENT_CATEGORY_", "KEYWORD_"
OTHERS = 'Description of the sub-category "Other"'
ORDERS = "3_member_states_orders"
ACT_CONTEXT = "Orders under Article 9, removal orders under Regulation (EU) 2021/784, administrative demands."
INFORM_CONTEXT = "Under Article 10, national requisitions, European Production Orders; {n} from elsewhere left out."
RECEIPT_CONTEXT = "A receipt within the hour counts as no time."
NO_RANKING = "Nothing is ranked."
NO_MONEY = "Nothing is paid for or earned here."
NOT_RECORDED = "Not recorded by this system; the provider adds it."
UNLIMITED = "The handling of complaints is not suspended here."
UNKNOWN = "What was not found is not known."
PRECISION = "Share of fully automated measures of the period that were not undone."
Texts = Mapping[str, str]
"""The texts of the last sheet by their number there, 1 to 11."""
Row = dict[str, str]


class TextsError(Exception):
    """The file of texts is no such file; the text says why."""


@dataclass(frozen=True, slots=True)
class Provider:
    """Who reports. Shape: previous is the date of the last report, if there is one."""

    name: str
    service: str
    published: date
    previous: date | None = None


def load_texts(path: Path) -> Texts:
    """The texts in a TOML file with the keys "1" to "11". Errors: TextsError."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TextsError(f"{path}: {error}") from error
    wrong = [key for key, text in found.items() if key not in map(str, range(1, 12)) or not isinstance(text, str)]
    if wrong:
        raise TextsError(f"{path}: the keys are the numbers 1 to 11, each with a text; not {', '.join(wrong)}")
    if long := [key for key, text in found.items() if len(text) > TEXT_LENGTH]:
        raise TextsError(f"{path}: a text has at most {TEXT_LENGTH} characters; longer: {', '.join(long)}")
    return found


def report(rx: Reader, year: int, provider: Provider, texts: Texts) -> dict[str, str]:
    """Every sheet as CSV by its name; of a year that is not over, what is known up to yesterday.

    Source: dsa/15, trir/annex-I
    Shape: RFC 4180, lines end in CR LF.
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    last = min(last, datetime.fromtimestamp(rx.now, UTC).date() - timedelta(days=1))
    found = count(rx, _instant(first), _instant(last + timedelta(days=1)))
    ordered = orders.count(rx, _instant(first), _instant(last + timedelta(days=1)))
    last = max(first, last)
    fill: dict[str, Callable[[Row, Place], None]] = {
        "1_summary": lambda row, _: _summary(row, provider, first, last),
        ORDERS: lambda row, place: _orders(row, ordered, place),
        "4_notices": lambda row, place: _notices(row, found, place),
        "5_own_initiative_illegal": lambda row, place: _own_initiative(row, found, place, "law"),
        "6_own_initiative_TC": lambda row, place: _own_initiative(row, found, place, "terms"),
        "7_appeals_and_recidivism": lambda row, _: _appeals(row, found),
        "8_automated_means": lambda row, _: _automated(row, found),
    }
    common = {"Service": provider.service, "Reporting period": f"{first}/{last}"}
    sheets: dict[str, str] = {}
    for name in SHEETS:
        head, body = _template(name, ordered.countries)
        for place, row in zip(_places(body), body, strict=True):
            row |= {column: value for column, value in common.items() if column in row}
            if name in fill:
                fill[name](row, place)
        if name == SHEETS[-1]:
            for number, row in enumerate(body, 1):
                row["Value"] = texts.get(str(number), "")
        sheets[name] = _written(head, body)
    return sheets


def _instant(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def _template(name: str, countries: list[str]) -> tuple[list[str], list[Row]]:
    with (TEMPLATES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        body = [{column: text or "" for column, text in row.items()} for row in reader]
    if name == ORDERS:  # rows of a single member state are for those that sent any; the template has them once
        whole = [row for row in body if row["Scope"] == TOTAL[0]]
        of_one = [row for row in body if row["Scope"] != TOTAL[0]]
        body = whole + [row | {"Scope": country} for country in countries for row in of_one]
    for row in body:
        if row.get(OTHERS):
            row[OTHERS] = "Not captured by any other sub-category"
    return list(reader.fieldnames or ()), body


def _written(head: list[str], body: list[Row]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, head)
    writer.writeheader()
    writer.writerows(body)
    return out.getvalue()


def _places(body: list[Row]) -> list[Place]:
    """Of each row the category and keyword it stands for; a keyword belongs to the category above it."""
    found: list[Place] = []
    category = ""
    for row in body:
        code = next((text for column, text in row.items() if column.startswith("Category of ")), "")
        if code.startswith(KEYWORD):
            found.append((category, code.removeprefix(KEYWORD)))
        else:
            category = code.removeprefix(CATEGORY)
            found.append((category, ""))
    return found


def _summary(row: Row, provider: Provider, first: date, last: date) -> None:
    row["Value"] = {
        "Name of the service provider": provider.name,
        "Date of the publication of the report": str(provider.published),
        "Date of the publication of the latest previous report": str(provider.previous or ""),
        "Starting date of reporting period": str(first),
        "Ending date of reporting period": str(last),
    }[row["Indicator"].strip()]


def _orders(row: Row, found: orders.Ordered, place: Place) -> None:
    _set(row, orders.cells(found, (row["Scope"], place)))
    if (row["Scope"], place) == (TOTAL[0], TOTAL):
        for column in row:
            about = column.removeprefix("Contextual information on ").strip().lower()
            if about == column.strip().lower():
                continue
            if "inform the authority" in about:
                row[column] = RECEIPT_CONTEXT
            elif "act against illegal content received" in about:
                row[column] = ACT_CONTEXT
            elif about == "number of orders to provide information":
                row[column] = INFORM_CONTEXT.format(n=found.elsewhere)


def _notices(row: Row, found: Year, place: Place) -> None:
    noticed = found.noticed
    for of_flaggers in (False, True):
        took = noticed.minutes.get((place, of_flaggers), Minutes())
        ending = " (Trusted Flagger notices)" if of_flaggers else ""
        _set(row, {
            "Number of notices received from Trusted flaggers" if of_flaggers else "Number of notices received":
                str(noticed.notices[place, of_flaggers]),
            "Number of specific items of information included in the total number of notices"
            + (" by Trusted Flaggers (Trusted Flagger notices)" if of_flaggers else ""):
                str(noticed.items[place, of_flaggers]),
            f"Median time to take action{ending}": took.median_h(),
            f"Number of actions taken on the basis of the law{ending}":
                str(noticed.actions[place, of_flaggers, "law"]),
            f"Number of actions taken on the basis of the terms and conditions of the service{ending}":
                str(noticed.actions[place, of_flaggers, "terms"]),
        })  # fmt: skip


_IMPOSSIBLE = {
    "Visibility restriction Demoted": NO_RANKING,
    "Monetary restriction Suspension": NO_MONEY,
    "Monetary restriction Termination": NO_MONEY,
    "Monetary restriction Other": NO_MONEY,
}


def _own_initiative(row: Row, found: Year, place: Place, basis: str) -> None:
    taken = found.taken
    for column in list(row):
        name = column.strip()
        about = name.removeprefix("Contextual Information on ")
        if name == "Number of measures taken at the provider's own initiative":
            row[column] = str(taken.all[place, basis])
        elif name == "Number of measures taken after detection with solely automated means":
            row[column] = str(taken.found[place, basis])
        elif about in _IMPOSSIBLE:
            row[column] = _IMPOSSIBLE[about] if about != name and place == TOTAL else ""
        elif name.startswith(("Visibility ", "Provision ", "Account ")):
            row[column] = str(taken.measures[place, basis, name])


_ABOUT = {
    "Complaint regarding a decision to remove or disable access to or restrict visibility of information": VISIBILITY,
    "Complaint regarding a decision to suspend or terminate the provision of the service": SERVICE,
    "Complaint regarding a decision to suspend or terminate an account": ACCOUNT,
    "Complaint regarding a decision not to take action on a notice submitted in accordance with Article 16": "notice",
    "Complaint regarding a decision not to take action on a notice submitted by a Trusted Flagger in accordance with "
    "Article 16": "flagger_notice",
    "Number of complaints submitted to the internal-complaints mechanism": "",
}
_OUTCOMES = {
    "Decisions upheld": "upheld",
    "Decisions partially reversed": "partially_reversed",
    "Decisions reversed": "reversed",
    "Decision omitted": "omitted",
}


def _appeals(row: Row, found: Year) -> None:
    objected, indicator, scope = found.objected, row["Indicator"].strip(), row["Scope"].strip()
    if indicator in _ABOUT:
        about = _ABOUT[indicator]
        if scope == "Total number":
            row["Value"] = str(objected.filed[about])
        elif scope == "Median time":
            row["Value"] = objected.minutes.get(about, Minutes()).median_h()
        else:
            row["Value"] = str(objected.outcomes[about, _OUTCOMES[scope]])
        return
    known = {
        "Number of restrictions newly imposed as a result of an internal complaint": str(objected.new),
        "Number of suspensions enacted for the provision of manifestly illegal content": str(found.suspended_law),
        "Number of suspensions enacted for the provision of manifestly unfounded notices":
            str(found.suspended_notifiers),
    }  # fmt: skip
    row["Value"] = known.get(indicator, "")
    if indicator.startswith("Complaint regarding a decision to restrict the ability to monetise"):
        row["Contextual Information"] = NO_MONEY
    elif indicator.endswith("manifestly unfounded complaints"):
        row["Contextual Information"] = UNLIMITED
    elif indicator not in known:
        row["Contextual Information"] = NOT_RECORDED


def _automated(row: Row, found: Year) -> None:
    scope, indicator = row["Scope"].strip(), row["Indicator"].strip()
    machines, noticed = found.machines, found.noticed
    if scope in ("Total number", "Own-initiative"):
        own = scope == "Own-initiative"
        alone = machines.measures[own, True]
        good = f"{(alone - machines.undone[own]) / alone:.4f}" if alone else ""
        told = {"solely": str(alone), "not taken": str(machines.measures[own, False]), "Precision": good}
    elif scope in ("NAM Total", "NAM Trusted Flagger"):
        flagged = scope != "NAM Total"
        alone = noticed.by_machine[flagged]
        told = {"solely": str(alone), "not processed": str(noticed.notices[TOTAL, flagged] - alone)}
    else:  # a language: of very large platforms alone
        return
    for word, value in told.items():
        if word in indicator:
            row["Value"] = value
    if indicator.endswith("Precision") and "Precision" in told:
        row["Contextual Information"] = PRECISION
    elif indicator.startswith("Accuracy"):
        row["Contextual Information"] = UNKNOWN


def _set(row: Row, values: Mapping[str, str]) -> None:
    """The values stand in the columns of these names, whatever blanks the template has around them."""
    columns = {column.strip(): column for column in row}
    for name, value in values.items():
        row[columns[name]] = value
