"""A figure of a whole service that the database knows: how many tickets are open."""

from typing import NamedTuple

from prometheus_client import Gauge
from sqlalchemy import TextClause


class Measured(NamedTuple):
    """A gauge, and the statement that tells it: a row for each of its values, the labels first, the value last.

    It is asked every 20 s by one worker of the service, so it may read an index, and not a table.
    """

    gauge: Gauge
    statement: TextClause
