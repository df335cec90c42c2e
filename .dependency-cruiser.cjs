/** What each library may import; section "Libraries" of ARCHITECTURE.md says why. */
const LIBS = {
  errors: [],
  config: ['errors'],
  log: ['errors'],
  webhooks: ['errors'],
  database: ['errors', 'config', 'log'],
  kafka: ['errors', 'config', 'log'],
  events: ['errors', 'config', 'log', 'kafka'],
  filters: ['errors', 'events'],
  transformations: [],
  egress: ['errors', 'config', 'log'],
  mail: ['errors', 'config', 'log'],
  identity: ['errors', 'config', 'log', 'database'],
  delivery: ['errors', 'config', 'log', 'kafka', 'events', 'egress', 'webhooks', 'database'],
  connectors: ['errors', 'config', 'log', 'events', 'egress', 'mail', 'webhooks', 'delivery'],
  service: [
    'errors',
    'config',
    'log',
    'kafka',
    'events',
    'egress',
    'mail',
    'webhooks',
    'database',
    'delivery',
  ],
};

/** Packages that only one library may import. */
const HOMES = {
  kafkajs: 'kafka',
  avsc: 'events',
  '@marcbachmann/cel-js': 'filters',
  jsonata: 'transformations',
  '@kafkajs/confluent-schema-registry': 'events',
  pg: 'database',
  'node-pg-migrate': 'database',
  undici: 'egress',
  nodemailer: 'mail',
  'better-auth': 'identity',
  '@zxcvbn-ts/core': 'identity',
  pino: 'log',
  'prom-client': 'service',
};

const libRules = Object.entries(LIBS).map(([name, allowed]) => ({
  name: `lib-${name}-imports`,
  severity: 'error',
  from: { path: `^libs/${name}/` },
  to: { path: '^libs/', pathNot: `^libs/(${[name, ...allowed].join('|')})/` },
}));

const homeRules = Object.entries(HOMES).map(([name, home]) => ({
  name: `${name.replace(/\W+/g, '-')}-only-in-libs-${home}`,
  severity: 'error',
  from: { path: '^(apps|libs)/', pathNot: [`^libs/${home}/`, '\\.spec\\.ts$'] },
  to: { path: `node_modules/${name}/` },
}));

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, path: '^(apps|libs)/', pathNot: '\\.spec\\.ts$' },
      to: {},
    },
    {
      name: 'no-app-to-app',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: '^apps/all-in-one/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'all-in-one-takes-apps-whole',
      severity: 'error',
      from: { path: '^apps/all-in-one/' },
      to: { path: '^apps/(?!all-in-one)', pathNot: '(\\.app|-operations)\\.ts$' },
    },
    {
      name: 'libs-through-their-index',
      severity: 'error',
      from: { path: '^(apps|tools|test|bench|examples)/' },
      to: { path: '^libs/[^/]+/src/(?!index\\.ts$)', pathNot: '^libs/config/src/master-key\\.ts$' },
    },
    {
      name: 'libs-know-no-apps',
      severity: 'error',
      from: { path: '^libs/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^(apps|test|bench|tools)/' },
    },
    {
      name: 'no-unlisted-packages',
      severity: 'error',
      from: { path: '^(apps|libs)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'] },
    },
    {
      name: 'no-development-packages',
      severity: 'error',
      // The dashboard is built: what it is made of is needed no more when it runs.
      from: { path: '^(apps|libs)/', pathNot: ['\\.spec\\.ts$', '^apps/dashboard/'] },
      to: { dependencyTypes: ['npm-dev'] },
    },
    {
      name: 'duckdb-only-in-the-warehouse-sink',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '^apps/warehouse-sink/' },
      to: { path: 'node_modules/@duckdb/' },
    },
    ...libRules,
    ...homeRules,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|\\.hub)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['source', 'import', 'types', 'node', 'default'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.tsx', '.js', '.cjs', '.mjs', '.json'],
    },
  },
};
