# The engines of a trial: MongoDB, Kafka and a sign-in without passwords, from the same binaries as `make run` has.
# `docker run acorn-trial:0.1.0 mongodb`, `kafka` or `sign-in`. For trying Acorn out; never for a trust's data.
ARG BASE=python:3.11-slim

FROM ${BASE} AS packages
WORKDIR /app
COPY wheels/locked/ wheels/engines/ /wheels/
COPY services.txt engines.txt /wheels/
RUN python -m venv --without-pip .venv \
 && python -m pip --python .venv/bin/python install --quiet --no-compile --no-deps --no-index --find-links /wheels \
    --require-hashes -r /wheels/services.txt -r /wheels/engines.txt

FROM ${BASE}
WORKDIR /app
COPY --from=packages /app/.venv .venv
COPY kafka/ .acorn/engines/
COPY shared/ shared/
ARG VERSION
ARG REVISION
LABEL org.opencontainers.image.title="acorn-trial" \
      org.opencontainers.image.description="MongoDB, Kafka and a sign-in without passwords, for trying Acorn out" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ENV PATH=/app/.venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONPATH=/app/shared \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    ACORN_STATE=/tmp/acorn
RUN mkdir /data && chown 10001:10001 /data
VOLUME /data
EXPOSE 27017 9092 8409
USER 10001:10001
ENTRYPOINT ["python", "-m", "embedded.trial"]
