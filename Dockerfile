# One image for every process: Debian's own PostGIS and the locked Python environment, installed by
# the same launcher as on a bare machine.
FROM debian:bookworm-slim

ENV LANG=C.UTF-8 \
    ZHIHUI_DATA=/var/lib/zhihui

SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# versions are not pinned: Debian replaces packages by their security updates
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /opt/zhihui
# what the installation needs comes first: a change of code does not install again
COPY zhihui requirements.lock package.json package-lock.json CHANGELOG.md ./
COPY platform/city/__init__.py platform/city/env.py platform/city/
COPY platform/city/launch platform/city/launch
COPY platform/core/__init__.py platform/core/heartbeat.py platform/core/
RUN ./zhihui setup \
    && rm -rf /var/lib/apt/lists/* "${HOME}/.cache" "${ZHIHUI_DATA}" \
    && useradd --uid 10001 --create-home --home-dir /var/lib/zhihui zhihui \
    && install -d -o 10001 -g 10001 /opt/geoserver_data

COPY . .
USER 10001
VOLUME /var/lib/zhihui
EXPOSE 8000 9212 9808
ENTRYPOINT ["./zhihui"]
CMD ["up"]
