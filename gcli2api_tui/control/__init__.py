"""What people do to a server and see of it, in one set of verbs for the panel, the page, the API and commands."""
