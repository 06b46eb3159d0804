"""`python -m bench`: orders, clicks, a burst, the start and the simulator, one after the other."""

from bench import backpressure, clicks, orders, simulator, startup
from bench.harness.runner import run

if __name__ == "__main__":
    run(__doc__, orders.measure, clicks.measure, backpressure.measure, startup.measure, simulator.measure)
