import { Text } from '@mantine/core';
import { CodeBlock } from './code-block.tsx';

interface ResponseBodyProps {
  body: { encoding: 'utf8' | 'base64'; text: string; isTruncated: boolean };
}

/** What a receiver answered, as text; whatever it holds, nothing in it is ever taken for a page. */
export function ResponseBody({ body }: ResponseBodyProps) {
  if (body.text === '')
    return (
      <Text size="sm" c="dimmed" mt="xs">
        The body is empty.
      </Text>
    );
  return (
    <>
      <Text size="xs" c="dimmed" mt="xs" mb={4}>
        Body{body.encoding === 'base64' && ', in base64 since it is not text'}
        {body.isTruncated && ', cut off'}
      </Text>
      <CodeBlock text={body.text} label="Response body" wrap />
    </>
  );
}
