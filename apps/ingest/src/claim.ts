/** An id and the digest of what came with it. */
export interface ClaimRow {
  projectId: string;
  id: string;
  bodyHash: Buffer;
}

/** Who was first with an id: this request, an earlier one with the same contents, or one with others. */
export type Claim =
  { kind: 'open'; createdAtMs: number | undefined } | { kind: 'published' } | { kind: 'conflict' };
