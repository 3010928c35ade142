"""Audiences: who is meant by a rule such as "every English lead", on any day, why, and in plain English.

A rule is a small declarative form (`contracts/audience.v1.json`) over the facts that staff publishes. There is one
evaluator of it for every service: `membership` gives a person's days, `query` the same for a day as a condition of
MongoDB, `words` says what a rule means and why somebody is in or out.
"""

from directory.audience.membership import Interval, membership
from directory.audience.query import condition, here
from directory.audience.rule import BadRule, Rule, parsed
from directory.audience.words import Explanation, explained, sentence

__all__ = [
    "BadRule",
    "Explanation",
    "Interval",
    "Rule",
    "condition",
    "explained",
    "here",
    "membership",
    "parsed",
    "sentence",
]
