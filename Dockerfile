# 原文 in a container: docs/deploy.md. `docker build -t yuanwen .`; where pip needs a configuration of its own (a mirror,
# a certificate): `docker build --secret id=pip,src=pip.conf -t yuanwen .`. It stays out of the image.

FROM debian:bookworm-slim AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 python3-venv python3-dev gcc libc6-dev ca-certificates \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY requirements.txt constraints.txt pyproject.toml ./
# As `make setup`: torch first and alone, so that packages that ask for it keep the build that is there.
RUN --mount=type=secret,id=pip,target=/etc/pip.conf \
    python3 -m venv /opt/yuanwen \
 && pip="/opt/yuanwen/bin/python -m pip install --no-cache-dir --disable-pip-version-check --constraint constraints.txt" \
 && $pip "$(grep -o '^torch==[0-9.]*' requirements.txt)" \
 && $pip --requirement requirements.txt "$(grep -o 'hatchling==[0-9.]*' pyproject.toml)"
COPY . .
RUN /opt/yuanwen/bin/python -m pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation . \
 && /opt/yuanwen/bin/python -m pip uninstall --yes --quiet hatchling

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin yuanwen \
 && install --directory --owner yuanwen --group yuanwen --mode 0700 /data
COPY --from=build /opt/yuanwen /opt/yuanwen
# All that is written lies in /data (the index, the models made of the wheel, the users' libraries) and in /tmp.
ENV HOME=/data XDG_DATA_HOME=/data/share XDG_CACHE_HOME=/data/cache XDG_CONFIG_HOME=/data/config \
    PATH=/opt/yuanwen/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER yuanwen
WORKDIR /data
VOLUME /data
EXPOSE 7860
STOPSIGNAL SIGINT
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s CMD ["python", "-c", \
    "import urllib.request as r; r.build_opener(r.ProxyHandler({})).open('http://127.0.0.1:7860/healthz', timeout=4)"]
ENTRYPOINT ["yuanwen", "serve", "--host", "0.0.0.0", "--port", "7860", "--strict-port"]
# It refuses to start without --auth, --token or --public, and says so.
CMD []
