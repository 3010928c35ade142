"""Takes the pictures of the README from a system of its own: `python tests/browser/pictures.py`."""

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from embedded.places import ROOT
from embedded.testing import Run, launched, whole_run

PICTURES = ROOT / "docs" / "images"
TELEPHONE, DESKTOP = (390, 844), (1100, 700)
RECORDS = (
    ("Coaching: modelled writing", "coaching", "2026-10-20", "1"),
    ("Reading comprehension in Year 2", "course", "2026-11-03", "3"),
    ("Phonics workshop for parents", "facilitation", "2026-11-12", "1.5"),
)
DEMO = ROOT / "shared" / "acorn" / "demo"


def main() -> None:
    """Start everything, do what the README tells of, and take a picture at each step."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, whole_run(Path(folder)) as run, sync_playwright() as playwright:
        chromium = launched(playwright)
        teacher = visitor(chromium, run, "Amina Yusuf", TELEPHONE)
        for number, record in enumerate(RECORDS, start=1):
            declare(teacher, run, *record, picture=number == len(RECORDS))
        take(teacher, run, "/", "home-telephone")
        take(teacher, run, "/history", "history-telephone")
        manager = visitor(chromium, run, "Ben Okafor", DESKTOP)
        take(manager, run, "/waiting", "waiting")
        hr = visitor(chromium, run, "Priya Raman", DESKTOP)
        move(hr, run)
        check_file(hr, run)
        take(visitor(chromium, run, "Operations on call", DESKTOP), run, "/operations", "services")
        chromium.close()


def visitor(chromium: Browser, run: Run, name: str, size: tuple[int, int]) -> Page:
    """Somebody who has signed in."""
    page = chromium.new_page(viewport={"width": size[0], "height": size[1]})
    page.goto(f"{run.portal}/sign-in")
    page.get_by_role("link", name=name, exact=True).click()
    page.get_by_role("button", name="Sign out").wait_for()
    return page


def take(page: Page, run: Run, path: str, name: str) -> None:
    """Go to a page and take its picture, as much as fits the screen."""
    page.goto(run.portal + path)
    page.screenshot(path=PICTURES / f"{name}.png")


def declare(page: Page, run: Run, title: str, kind: str, date: str, hours: str, *, picture: bool) -> None:
    """Record CPD."""
    page.goto(f"{run.portal}/records/new")
    page.get_by_label("Title").fill(title)
    page.get_by_label("Kind of CPD").select_option(kind)
    day(page, "Date", date)
    page.get_by_label("Hours").fill(hours)
    if picture:
        page.screenshot(path=PICTURES / "record-telephone.png")
    page.get_by_role("button", name="Record", exact=True).click()


def day(page: Page, group: str, iso: str) -> None:
    """Fill in a day's three boxes."""
    boxes = page.get_by_role("group", name=group)
    for label, part in zip(("Year", "Month", "Day"), iso.split("-"), strict=True):
        boxes.get_by_label(label).fill(part.lstrip("0"))


def move(page: Page, run: Run) -> None:
    """Move the teacher, as far as the page on which it is checked."""
    page.goto(f"{run.portal}/people?name=yusuf")
    page.locator("main").get_by_role("link", name="Amina Yusuf").first.click()
    page.get_by_role("link", name="Move").first.click()
    page.get_by_label("Academy").select_option(label="Ash Infant and Nursery Academy")
    day(page, "First day of the new appointment", "2027-01-04")
    page.get_by_role("button", name="Continue").click()
    page.screenshot(path=PICTURES / "move.png", full_page=True)


def check_file(page: Page, run: Run) -> None:
    """Have a file of joiners checked."""
    page.goto(f"{run.portal}/imports/staff/people/new")
    page.get_by_label("Your file", exact=True).set_input_files(DEMO / "joiners.csv")
    page.get_by_text("Your file has other column names").click()
    page.get_by_label("Mapping file", exact=True).set_input_files(DEMO / "mapping.json")
    page.get_by_role("button", name="Check the file").click()
    page.get_by_role("heading", name="is checked").wait_for()
    page.screenshot(path=PICTURES / "import.png", full_page=True)


if __name__ == "__main__":
    main()
