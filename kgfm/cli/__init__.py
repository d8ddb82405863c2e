"""The command line: a command parses, makes one `Engine` call, and renders.

In: arguments. Out: tables or one JSON document on standard output; logs and progress on standard error.
"""
