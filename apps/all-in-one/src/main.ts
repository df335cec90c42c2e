import { describeError } from '#errors';
import { runApps } from '#service';
import { chooseApps } from './choose-apps.ts';

const apps = await chosen();
if (apps !== undefined) await runApps('all-in-one', apps);

async function chosen() {
  try {
    return await chooseApps(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${describeError(error)}\n`);
    process.exitCode = 1;
    return undefined;
  }
}
