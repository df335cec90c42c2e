import { HubError } from '#errors';
import type { Codec, RecordName, Records } from '#events';
import type { Decoder } from '#kafka';

/** A decoder for a topic that holds records of one type only; another type's record is undecodable there. */
export function decoderOf<N extends RecordName>(codec: Codec, name: N): Decoder<Records[N]> {
  return {
    learn: (values) => codec.learn(values),
    decode: (value) => {
      const decoded = codec.decode(value);
      if (decoded.name === name) return decoded.value as Records[N];
      throw new HubError('HUB_RECORD_UNDECODABLE', `Expected ${name}, found ${decoded.name}`);
    },
  };
}
