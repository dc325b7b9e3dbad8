"""A private Internet for tests: makes a world of DNS zones, says what is true of it, serves it."""
