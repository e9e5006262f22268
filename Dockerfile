# One image for every process of the desk; deploy/entrypoint says which one a container is.
FROM python:3.13.9-slim-bookworm AS packages
COPY requirements.lock /
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps -r /requirements.lock

FROM python:3.13.9-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /srv/aftersales --shell /usr/sbin/nologin aftersales \
    && install -d -o aftersales -g aftersales /srv/aftersales /var/lib/aftersales/media /run/aftersales
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    STATIC_ROOT=/srv/aftersales/static-collected \
    MEDIA_ROOT=/var/lib/aftersales/media \
    SECRETS_DIR=/run/aftersales
COPY --from=packages /venv /venv
WORKDIR /srv/aftersales
COPY . .
RUN python -m compileall -q . && python manage.py collectstatic --noinput
USER aftersales
EXPOSE 8000
ENTRYPOINT ["/srv/aftersales/deploy/entrypoint"]
CMD ["web"]
