/** A function of a CPU profile. */
export interface Frame {
  functionName: string;
  url: string;
  lineNumber: number;
}

/** Which part of the whole a stack's time belongs to: the innermost package, library or app on it. */
export function areaOf(frames: readonly Frame[]): string {
  const [own] = frames;
  if (own === undefined) return 'unknown';
  if (/^\((program|garbage collector)\)$/.test(own.functionName)) return own.functionName;
  for (const frame of frames) {
    const place = placeOf(frame.url);
    if (place !== undefined) return detailOf(place, frame.url);
  }
  return 'node, called by nobody of ours';
}

/** A function with its file, and for Node's own the part of the project that called it. */
export function nameOf(frames: readonly Frame[]): string {
  const [own] = frames;
  if (own === undefined) return 'unknown';
  const { functionName, url, lineNumber } = own;
  const name = functionName === '' ? '(anonymous)' : functionName;
  if (url === '') return `${name}  ← ${areaOf(frames)}`;
  const file = placeOf(url) === undefined ? `${url}  ← ${areaOf(frames)}` : shortOf(url);
  return `${name}  ${file}:${lineNumber + 1}`;
}

function placeOf(url: string): string | undefined {
  const inPackage = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(url)?.[1];
  return inPackage ?? /\/((?:libs|apps)\/[^/]+)\//.exec(url)?.[1];
}

/** kafkajs does many things: its folders tell them apart; our libraries by their files. */
function detailOf(place: string, url: string): string {
  if (place === 'kafkajs') {
    const [, folder = '', file = ''] = /kafkajs\/src\/([^/]+)(?:\/([^/]+))?/.exec(url) ?? [];
    return `kafkajs ${folder === 'protocol' ? `protocol/${file}` : folder}`;
  }
  return place.startsWith('libs/') || place.startsWith('apps/') ? shortOf(url) : place;
}

function shortOf(url: string): string {
  return url.replace(/^.*\/(?=(?:libs|apps)\/)|^.*node_modules\//, '').replace(/^dist\//, '');
}
