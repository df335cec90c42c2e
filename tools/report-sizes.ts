/** `npm run sizes`: how long functions and files are, so that drift shows long before the limits bite. */
import { globSync, readFileSync } from 'node:fs';
import ts from 'typescript';

const EXCLUDED = /node_modules|generated|\.spec\.ts$|fixtures/;
const functions: number[] = [];
const files: number[] = [];

for (const name of globSync('{apps,libs,tools}/**/*.ts').filter((path) => !EXCLUDED.test(path))) {
  const source = ts.createSourceFile(name, readFileSync(name, 'utf8'), ts.ScriptTarget.Latest, true);
  files.push(source.getLineStarts().length - 1);
  measure(source);
}

report('functions', functions);
report('files', files);

function measure(node: ts.Node): void {
  if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
    const source = node.getSourceFile();
    const lineAt = (position: number) => source.getLineAndCharacterOfPosition(position).line;
    functions.push(lineAt(node.end) - lineAt(node.getStart()) + 1);
  }
  ts.forEachChild(node, measure);
}

function report(what: string, sizes: number[]): void {
  const sorted = sizes.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  console.log(`${what}: ${sizes.length}, lines p50 ${at(0.5)}, p90 ${at(0.9)}, max ${at(1)}`);
}
