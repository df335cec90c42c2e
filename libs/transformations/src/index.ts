export { checkTransformation, MAX_TRANSFORMATION_LENGTH, referencesOf } from './check-transformation.ts';
export { Transformer, TRANSFORMATION_FAILED, type Transformed } from './transformer.ts';
