"""The vocabulary of posts: the jobs that people hold. (What somebody may do in Acorn is an access role, no post.)"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Post:
    """A job: its title, whether its holder leads the academy, and whether it counts as working time.

    Governors and trustees hold an office beside their work: a teacher on the governing board has one full-time job.
    Consultants are engaged, not employed. Neither counts towards the full-time equivalent of 1.0.
    """

    title: str
    leads: bool = False
    counts: bool = True


POSTS: dict[str, Post] = {
    "headteacher": Post("Headteacher", leads=True),
    "acting_headteacher": Post("Acting headteacher", leads=True),
    "executive_headteacher": Post("Executive headteacher", leads=True),
    "deputy_headteacher": Post("Deputy headteacher"),
    "assistant_headteacher": Post("Assistant headteacher"),
    "senco": Post("Special educational needs co-ordinator"),
    "head_of_year": Post("Head of year"),
    "teacher": Post("Teacher"),
    "higher_level_teaching_assistant": Post("Higher level teaching assistant"),
    "teaching_assistant": Post("Teaching assistant"),
    "cover_supervisor": Post("Cover supervisor"),
    "school_business_manager": Post("School business manager"),
    "office_staff": Post("Office staff"),
    "hr_officer": Post("HR officer"),
    "chief_executive": Post("Chief executive"),
    "school_improvement_lead": Post("School improvement lead"),
    "central_team_staff": Post("Central team staff"),
    "governor": Post("Governor", counts=False),
    "trustee": Post("Trustee", counts=False),
    "consultant": Post("Consultant", counts=False),
}
"""Code → post, as every trust begins with them; what a trust adds counts, and leads nothing."""

LEADING = frozenset(code for code, post in POSTS.items() if post.leads)
"""The posts whose holders lead their academy; `directory.scope` knows them too, and a test holds the two together."""

DECIDING = LEADING | {"chief_executive"}
"""The posts whose holders give consents, and may name a delegate who gives them in their stead for some days."""


def counts(post: str) -> bool:
    """Tell whether a post counts towards 1.0 FTE."""
    return post not in POSTS or POSTS[post].counts
