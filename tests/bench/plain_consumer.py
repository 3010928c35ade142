"""The plain side of the hop: a bare kafka-python consumer in a process of its own that says when it saw each key."""

import json
import sys
import time

from kafka import KafkaConsumer, TopicPartition


def main(bootstrap: str, topic: str) -> None:
    """Print `ready`, then key and time of each message, until killed."""
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)
    partitions = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic)]
    consumer.assign(partitions)
    consumer.seek_to_end()
    for partition in partitions:
        consumer.position(partition)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        for records in consumer.poll(timeout_ms=1_000).values():
            for record in records:
                json.loads(record.value)
                sys.stdout.write(f"{record.key.decode()} {time.time()}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
