// Runs before `npm start`, `npm run demo`, `npm run stack` and `npm test`: installs what is missing. Plain JavaScript
// without dependencies, because it runs on whatever Node is there, before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const OLDEST_NODE = [24, 2];

if (!isInstalled()) install();
checkNode();

/** Whether node_modules holds what package-lock.json asks for; npm keeps a list of its own of what it put there. */
function isInstalled() {
  const wanted = packagesOf('package-lock.json');
  const present = packagesOf('node_modules/.package-lock.json');
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === '') return true;
    const found = present[path];
    // Optional packages of other platforms are not there, and need not be.
    return found === undefined ? optional === true : found.version === version;
  });
}

function packagesOf(name) {
  const path = `${root}${name}`;
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : {};
}

function install() {
  console.log('installing packages (npm ci, only when they changed)…');
  const npm = process.env.npm_execpath;
  const [command, before] = npm?.endsWith('js') ? [process.execPath, [npm]] : ['npm', []];
  const args = [...before, 'ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status === 0) return;
  console.error(
    "Packages could not be installed: check the network and npm's settings, or use `docker compose up` instead.",
  );
  process.exit(1);
}

/** The scripts run on the Node of node_modules where there is one for this platform, and on the system's elsewhere. */
function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const isNewEnough = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  if (isNewEnough || existsSync(`${root}node_modules/.bin/node`)) return;
  console.error(
    `Node ${process.versions.node} is too old: install Node ${OLDEST_NODE.join('.')} or later, or use \`docker compose up\` instead.`,
  );
  process.exit(1);
}
