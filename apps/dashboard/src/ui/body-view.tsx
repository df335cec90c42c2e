import { Box, Button, Group } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { CopyTextButton } from './copy-button.tsx';
import { JsonTree } from './json-tree.tsx';

/** A JSON body: folded, copied or downloaded. What is no JSON is shown as it is. */
export function BodyView({ text, name }: { text: string; name: string }) {
  const parsed = parse(text);
  return (
    <Box>
      <Group gap="xs" mb="xs">
        <CopyTextButton text={text} label="Copy payload" />
        <Button
          variant="default"
          leftSection={<IconDownload size={15} aria-hidden />}
          onClick={() => download(text, name)}
        >
          Download
        </Button>
      </Group>
      {parsed === undefined ? (
        <pre className="hub-code" data-wrap tabIndex={0} role="region" aria-label="Payload">
          {text}
        </pre>
      ) : (
        <Box className="hub-code" tabIndex={0} role="region" aria-label="Payload">
          <JsonTree value={parsed.value} />
        </Box>
      )}
    </Box>
  );
}

function parse(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

function download(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
