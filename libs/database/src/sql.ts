/** One statement with its values apart, as PostgreSQL takes them. */
export interface Statement {
  text: string;
  values: unknown[];
}

/**
 * sql`select … where id = ${id}`: each value becomes a numbered parameter, never a part of the text. `undefined` is
 * null, so an optional filter reads `(${type}::text is null or type = ${type})`.
 */
export const sql = (parts: TemplateStringsArray, ...values: unknown[]): Statement => ({
  text: parts.reduce((text, part, i) => `${text}$${i}${part}`),
  values,
});
