import { describeError } from '#errors';
import { runApps } from '#service';
import { chooseApps } from './choose-apps.ts';

const apps = chosen();
if (apps !== undefined) await runApps('all-in-one', apps);

function chosen() {
  try {
    return chooseApps(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${describeError(error)}\n`);
    process.exitCode = 1;
    return undefined;
  }
}
