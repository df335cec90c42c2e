import { createDemonstration } from './demo/demonstration.ts';
import { runHub } from './stack/run-hub.ts';
import { runTool } from './stack/run-tool.ts';

await runTool((tool) => runHub(tool, '.hub/demo', createDemonstration(tool.log)));
