interface SlackText {
  type?: unknown;
  text?: unknown;
}

interface Block {
  type?: unknown;
  text?: SlackText;
  fields?: SlackText[];
  elements?: SlackText[];
}

const MAX_BLOCKS = 50;
const MAX_HEADER = 150;
const MAX_SECTION = 3_000;
const MAX_FIELD = 2_000;
const MAX_FIELDS = 10;
const MAX_ELEMENTS = 10;

/** Whether Slack would take the blocks of a message, by the limits of its Block Kit. */
export function areBlocksValid(blocks: unknown): boolean {
  return (
    Array.isArray(blocks) && blocks.length <= MAX_BLOCKS && blocks.every((block) => isValid(block as Block))
  );
}

function isValid({ type, text, fields, elements }: Block): boolean {
  switch (type) {
    case 'header':
      return text?.type === 'plain_text' && isText(text, MAX_HEADER);
    case 'section':
      if (text === undefined && fields === undefined) return false;
      if (text !== undefined && !isText(text, MAX_SECTION)) return false;
      return fields === undefined || areTexts(fields, MAX_FIELDS, MAX_FIELD);
    case 'context':
      return elements !== undefined && areTexts(elements, MAX_ELEMENTS, MAX_FIELD);
    case 'divider':
      return true;
    default:
      return false;
  }
}

function areTexts(texts: readonly SlackText[], maxCount: number, maxLength: number): boolean {
  return texts.length > 0 && texts.length <= maxCount && texts.every((text) => isText(text, maxLength));
}

function isText({ type, text }: SlackText, max: number): boolean {
  const isKnown = type === 'plain_text' || type === 'mrkdwn';
  return isKnown && typeof text === 'string' && text.length > 0 && text.length <= max;
}
