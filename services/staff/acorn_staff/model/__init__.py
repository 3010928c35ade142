"""The rules of people, posts and academies: pure, without a clock, a database or HTTP."""
