export * from './generated.ts';
export { Codec, type Decoded } from './codec.ts';
