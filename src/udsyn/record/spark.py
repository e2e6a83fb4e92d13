"""Apache Spark, for records that one machine cannot read. Needs `pip install udsyn[spark]` and Java 17 or newer.

Each part of a snapshot is one task: the executor that gets it runs the named statements over it and writes its tables
as Parquet into the record, which all machines must see under the same path.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from udsyn.errors import UdsynError
from udsyn.record.parts import Commit
from udsyn.record.runs import Refusal, Run, Say, attempt
from udsyn.record.sources.part import Part

#: Wherever Spark runs. A part is written under one name, so no second attempt may run beside the first.
SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.log.level": "ERROR",
    "spark.speculation": "false",
    "spark.ui.showConsoleProgress": "false",
}
#: On one machine: no pages, and nothing that listens outside the loopback. A cluster's own settings stand.
ALONE = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "8",
}


@dataclass(frozen=True)
class Stopped:
    """Why a task could not go on, in words that people understand."""

    reason: str


def start() -> Any:
    """A Spark session. Raises UdsynError where PySpark or Java is missing."""
    try:
        from pyspark import SparkConf
        from pyspark.sql import SparkSession
    except ImportError:
        raise UdsynError(
            "PySpark is not installed. Install it with `pip install 'udsyn[spark]'`, or leave --engine out to use "
            "DuckDB."
        ) from None
    try:
        alone = (SparkConf().get("spark.master") or "local").startswith("local")
        if alone:
            os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        builder = SparkSession.builder.appName("udsyn")
        for key, value in (SETTINGS | ALONE if alone else SETTINGS).items():
            builder = builder.config(key, value)
        return builder.getOrCreate()
    except Exception as error:  # whatever the JVM says
        raise UdsynError(f"Spark did not start ({error}). It needs Java 17 or newer; is JAVA_HOME set?") from None


def read_on_spark(run: Run, todo: list[tuple[Part, Commit]], say: Say) -> Iterator[Commit | Refusal]:
    """Read the parts as tasks, the largest first; what became of each, in the order of the parts."""
    if not todo:
        return
    run = replace(run, location=run.location.without_files())
    order = sorted(range(len(todo)), key=lambda at: -todo[at][0].size)
    session = start()
    say(f"reading {len(todo)} parts on Spark, {session.sparkContext.defaultParallelism} at a time")
    try:
        tasks = session.sparkContext.parallelize([todo[at] for at in order], len(todo))
        done = tasks.map(lambda task: read_as_task(run, *task)).collect()
    except Exception as error:  # whatever the JVM says
        said = [line for line in str(error).splitlines() if "Error" in line] or [type(error).__name__]
        raise UdsynError(
            f"Spark stopped ({said[-1].strip()}). Is udsyn installed on every machine? Parts that were read are kept; "
            "run the command again to go on."
        ) from None
    finally:
        session.stop()
    for result in (result for _, result in sorted(zip(order, done, strict=True))):
        if isinstance(result, Stopped):
            raise UdsynError(result.reason)
        yield result


def read_as_task(run: Run, part: Part, commit: Commit) -> Commit | Refusal | Stopped:
    """Read one part where the task happens to run."""
    reader = run.reader()
    try:
        return attempt(reader, run, part, commit)
    except (UdsynError, OSError) as error:
        return Stopped(f"{part.path}: {error}")
    finally:
        reader.close()
