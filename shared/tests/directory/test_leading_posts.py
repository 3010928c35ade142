"""The directory and the staff service mean the same posts by "leads the academy"."""

from acorn_staff.model.posts import POSTS
from directory.scope import LEADING_POSTS


def test_the_vocabulary_of_posts_and_the_scope_agree_on_who_leads() -> None:
    assert {code for code, post in POSTS.items() if post.leads} == LEADING_POSTS
