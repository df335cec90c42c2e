import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Where browsers of the Chromium family are; the names of PATH first. */
const NAMES = ['chromium', 'google-chrome', 'google-chrome-stable', 'chromium-browser', 'chrome'];
const PATHS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];
const INSTALL_TIMEOUT_MS = 300_000;

/** The machine's Chrome or Chromium. Where there is none, Debian's package is installed, if this process may. */
export function findBrowser(): string {
  return present() ?? installed() ?? fail();
}

function present(): string | undefined {
  const configured = process.env['CHROME_PATH'];
  if (configured !== undefined) return configured;
  for (const name of NAMES) {
    const path = (process.env['PATH'] ?? '').split(':').find((folder) => existsSync(`${folder}/${name}`));
    if (path !== undefined) return `${path}/${name}`;
  }
  return PATHS.find((path) => existsSync(path));
}

function installed(): string | undefined {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return undefined;
  console.log('installing chromium (once)…');
  const options = {
    stdio: ['ignore', 'ignore', 'inherit'] as ('ignore' | 'inherit')[],
    timeout: INSTALL_TIMEOUT_MS,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  try {
    execFileSync('apt-get', ['update', '-qq'], options);
    execFileSync(
      'apt-get',
      ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-liberation'],
      options,
    );
  } catch {
    return undefined;
  }
  return present();
}

function fail(): never {
  throw new Error(
    'The browser tests need Chrome or Chromium: `sudo apt-get install chromium`, or set CHROME_PATH to where one is.',
  );
}
