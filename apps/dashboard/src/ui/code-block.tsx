import { Box } from '@mantine/core';
import { CopyIcon } from './copy-button.tsx';

/** Text as it is, in monospace, with a button that copies it. */
export function CodeBlock({ text, label, wrap = false }: { text: string; label: string; wrap?: boolean }) {
  return (
    <Box pos="relative">
      <pre className="hub-code" data-wrap={wrap || undefined} tabIndex={0} role="region" aria-label={label}>
        {text}
      </pre>
      <Box pos="absolute" top={8} right={8}>
        <CopyIcon text={text} label={`Copy ${label.toLowerCase()}`} />
      </Box>
    </Box>
  );
}
