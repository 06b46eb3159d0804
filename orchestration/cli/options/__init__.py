"""Parsers for what is typed on the command line: order ids, order lines, times, who is acting.

May import the domain, `errors` and `exit_codes`; connects to nothing and prints nothing.
"""
