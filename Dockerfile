# One image for every app; the command chooses which. docker-compose.yml shows how they run together.
FROM node:26-slim AS packages
WORKDIR /hub
COPY package.json package-lock.json ./
# Among the optional packages are DuckDB's binaries, and Node itself for machines without it; the image has Node. No package
# needs its install script.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  && rm -rf node_modules/node-linux-* node_modules/node-bin-* node_modules/.bin/node

FROM packages AS build
# The optional packages too: the dashboard's build has its native parts among them.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY apps apps
COPY libs libs
RUN npm run build

FROM node:26-slim
# Who may reach the ports is the container's network's business.
ENV NODE_ENV=production HTTP_HOST=0.0.0.0 METRICS_HOST=0.0.0.0 WAREHOUSE_DIR=/warehouse
ENV NODE_OPTIONS="--enable-source-maps --disable-warning=TimeoutNegativeWarning"
# Without it glibc keeps what Node's buffers have freed: a quarter of the memory of a busy worker.
ENV MALLOC_ARENA_MAX=1 MALLOC_TRIM_THRESHOLD_=131072 MALLOC_MMAP_THRESHOLD_=131072
WORKDIR /hub
COPY --from=packages /hub/node_modules node_modules
COPY --from=build /hub/dist dist
COPY package.json ./
# For the deploy steps, which Node runs as they are: npm's names for them are in package.json.
COPY tools/migrate.ts tools/register-schemas.ts tools/create-topics.ts tools/
COPY libs/database/migrations libs/database/migrations
# Volumes take their owner from here.
RUN mkdir /warehouse && chown node:node /warehouse
USER node
ENTRYPOINT ["node"]
CMD ["dist/apps/all-in-one/src/main.js"]
