"""`python -m bench`: orders, clicks and the start, one after the other."""

from bench import clicks, orders, startup
from bench.running import run

if __name__ == "__main__":
    run(__doc__, orders.measure, clicks.measure, startup.measure)
