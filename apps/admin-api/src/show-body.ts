/** Bytes of a customer's response as JSON can carry them. */
export interface ShownBody {
  encoding: 'utf8' | 'base64';
  text: string;
  /** Whether there was more than is shown. */
  isTruncated: boolean;
}

/** At most `maxBytes` of a body, as text where it is UTF-8 and as base64 where it is not. */
export function showBody(body: Buffer, isTruncated: boolean, maxBytes = body.length): ShownBody {
  const shown = body.subarray(0, maxBytes);
  const isCut = isTruncated || shown.length < body.length;
  try {
    // With `stream`, a character that the cut goes through is left out instead of making the whole no text.
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(shown, { stream: isCut });
    return { encoding: 'utf8', text, isTruncated: isCut };
  } catch {
    return { encoding: 'base64', text: shown.toString('base64'), isTruncated: isCut };
  }
}
