import { Tabs, Text } from '@mantine/core';
import type { Attempt } from '../api/types.ts';
import { CodeBlock } from '../ui/code-block.tsx';
import { Section } from '../ui/section.tsx';
import { curlOf } from './curl-of.ts';
import { RECIPES } from './verify-recipes.ts';

/** The same request from a terminal, and how to verify its very signature. */
export function RepeatIt({ attempt, body }: { attempt: Attempt; body: string }) {
  return (
    <>
      <Section
        title="Repeat the request"
        description="As the last attempt was sent. Receivers that check the time refuse its signature after five minutes."
      >
        <CodeBlock text={curlOf(attempt, body)} label="curl command" wrap />
      </Section>
      <Section
        title="Verify this signature"
        description="With the body above in payload.json and your secret in TTOOLAB_WEBHOOK_SECRET, each prints true."
      >
        <Tabs defaultValue="node">
          <Tabs.List mb="sm" aria-label="Language">
            {RECIPES.map(({ id, label }) => (
              <Tabs.Tab key={id} value={id}>
                {label}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {RECIPES.map(({ id, label, write }) => (
            <Tabs.Panel key={id} value={id}>
              <CodeBlock text={write(attempt.requestHeaders)} label={`${label} code`} />
            </Tabs.Panel>
          ))}
        </Tabs>
        <Text size="xs" c="dimmed" mt="xs">
          In a handler take the bytes as they came, before any JSON parser, and refuse timestamps more than
          300 s from now.
        </Text>
      </Section>
    </>
  );
}
