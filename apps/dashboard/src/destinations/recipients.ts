/** The addresses of a text: one a line, or between commas and semicolons as mail programs write them. */
export function parseRecipients(text: string): string[] {
  return text
    .split(/[\n,;]/)
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

/** `recipients[1]` becomes the address that it means. Undefined where no recipient is refused. */
export function explainRecipients(
  errors: readonly { field: string; rule: string }[],
  recipients: readonly string[],
): string | undefined {
  const told = errors
    .filter(({ field }) => field.startsWith('recipients'))
    .map(({ field, rule }) => {
      const [, index] = /\[(\d+)\]/.exec(field) ?? [];
      const address = index === undefined ? undefined : recipients[Number(index)];
      return address === undefined ? rule : `${address} ${rule}`;
    });
  return told.length === 0 ? undefined : told.join('; ');
}
