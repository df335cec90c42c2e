import { toType } from './schemas.ts';

/** Why `reader` cannot read what `writer` wrote; `undefined` when it can. Both stand alone, as in the registry. */
export function findIncompatible(writer: object, reader: object): string | undefined {
  try {
    toType(reader).createResolver(toType(writer));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
