# One image for every process of Countersign: bot, orchestration, migrations and the CLI.
FROM python:3.13.12-slim-bookworm AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
RUN python -m venv /opt/venv
COPY requirements.txt .
# The pinned wheels with their hashes, and nothing that would have to be compiled.
RUN /opt/venv/bin/pip install --require-hashes --only-binary=:all: -r requirements.txt

FROM python:3.13.12-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin countersign \
    && install --directory --owner countersign --group countersign /data
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY db db
COPY orchestration orchestration
COPY bot bot
# The sandbox imports workflow modules anew for each order, three times as fast from bytecode; nobody can write
# it later.
RUN /opt/venv/bin/python -m compileall -q db orchestration bot
# Which build of the workers this is: docker build --build-arg BUILD_ID=<commit>. Empty: unversioned.
ARG BUILD_ID=
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HEALTH_HOST=0.0.0.0 \
    HEALTH_PORT=8080 \
    LOG_FORMAT=json \
    SIMULATED_LEDGER=/data/ledger.sqlite3 \
    BUILD_ID=$BUILD_ID
USER 10001
EXPOSE 8080
# Alive, not ready: a container is not restarted because Temporal or PostgreSQL is away for a moment.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['HEALTH_PORT'] + '/healthz', timeout=4)"]
# docker-compose.yml says which process: python -m orchestration, python -m bot, python -m db migrate.
CMD ["python", "-m", "orchestration"]
