import { runApps } from '#service';
import { readCommand } from './read-command.ts';
import { runCommand } from './run-command.ts';
import { warehouseSinkApp } from './warehouse-sink.app.ts';

const command = readCommand(process.argv.slice(2));
if (command.kind === 'run') await runApps('warehouse-sink', [warehouseSinkApp]);
else process.exitCode = await runCommand(command);
