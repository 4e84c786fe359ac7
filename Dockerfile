# One image for the API and the worker: Node runs the TypeScript sources as they are (docs/decisions/0002).
# Debian, since Temporal's native core has no build for musl.
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS base
# Temporal's core takes the system's certificate authorities for TLS; the slim image has none.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
ENV NODE_ENV=production
COPY package.json package-lock.json .npmrc ./

FROM base AS dependencies
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force

# Emulator of Microsoft 365 for trying Trawl out: it needs the development dependencies.
FROM base AS emulator
RUN npm ci --include=dev --ignore-scripts && npm cache clean --force
COPY contract ./contract
COPY emulator ./emulator
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
CMD ["node", "emulator/main.ts"]

FROM base AS trawl
COPY --from=dependencies /app/node_modules ./node_modules
COPY contract ./contract
COPY settings ./settings
COPY workflows ./workflows
COPY activities ./activities
COPY extract ./extract
COPY graph ./graph
COPY store ./store
COPY vault ./vault
COPY api ./api
COPY worker ./worker
# Made once here instead of at each start of a worker.
RUN node worker/bundle.ts /app/workflow-bundle.js
ENV TRAWL_WORKFLOW_BUNDLE=/app/workflow-bundle.js
# Stripped and compiled modules are kept in the image, so that a start takes a fraction of a second.
ENV NODE_COMPILE_CACHE=/app/.compile-cache
RUN node --input-type=module --eval "await import('./api/app.ts'); await import('./worker/build-workers.ts'); process.exit()"
# Where the compose file mounts the emulator's certificate authority.
RUN mkdir /emulator && chown node:node /emulator
USER node
EXPOSE 8080 9464
CMD ["node", "api/main.ts"]
