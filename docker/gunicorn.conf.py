"""How gunicorn serves a web process, in development and in the image alike."""

import os

# Where it listens; a worker's health has a port of its own (ACORN_WORKER_BIND).
bind = os.environ.get("ACORN_BIND", "127.0.0.1:8000")

# One process with threads: one MongoDB client and one metrics registry to a pod. Scale by replicas. Threads are given
# whole requests, so that slow clients cost a connection and no thread.
workers = 1
worker_class = "servicekit.webserver.Worker"
threads = 8

# Connections at once; beyond them the one that has waited longest for its client is closed.
worker_connections = 400

# Connections that the kernel keeps until they are accepted; beyond them a client is refused rather than left hanging.
backlog = 256

# A worker process that has not shown life for this long is replaced (its threads do not count).
timeout = 30

# Requests under way at SIGTERM may finish; Kubernetes kills after 30 s.
graceful_timeout = 20

# Longer than the idle time of the usual load balancers (60 s), so that it is they who close a connection.
keepalive = 75

# No control socket: its file cannot be made on a read-only root.
control_socket_disable = True

# The heartbeat file goes to memory: on a slow disk it stalls the worker.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112 - a mount, no guessable file

# The service writes its own line a request, without personal data; gunicorn's would hold the query string.
accesslog = None

# Its own errors go to standard error; starts and stops are the supervisor's news. Its warnings are of requests that no
# service sees, such as endless lines, and hold the sender's address, which is nobody's to keep.
errorlog = "-"
loglevel = "error"
