"""All pages that the tests look at, of every kind of reader, by name."""

from tests.browser import (
    test_pages_of_answers,
    test_pages_of_following,
    test_pages_of_helpers,
    test_pages_of_offices,
    test_pages_of_plans,
)

PAGES = (
    test_pages_of_plans.PAGES
    | test_pages_of_answers.PAGES
    | test_pages_of_following.PAGES
    | test_pages_of_helpers.PAGES
    | test_pages_of_offices.PAGES
)
