import { Box, Checkbox, Collapse, Group, Text, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronRight } from '@tabler/icons-react';
import type { EventType } from '../api/types.ts';
import { CodeBlock } from '../ui/code-block.tsx';
import { matches, toggleGroup, toggleType, type EventGroup } from './event-patterns.ts';

interface EventTypeGroupProps {
  group: EventGroup;
  value: string[];
  onChange: (patterns: string[]) => void;
  isDisabled: boolean;
}

/** One group with its types, folded until somebody looks. */
export function EventTypeGroup({ group, value, onChange, isDisabled }: EventTypeGroupProps) {
  const chosen = group.types.filter(({ type }) => matches(value, type)).length;
  const [isOpen, { toggle }] = useDisclosure(chosen > 0 && chosen < group.types.length);
  const isWhole = isDisabled || value.includes(group.pattern);
  return (
    <Box p="sm" className="hub-event-group">
      <Group justify="space-between" wrap="nowrap">
        <Checkbox
          label={<span className="hub-mono">{group.pattern}</span>}
          aria-label={`All ${group.prefix} events`}
          checked={isWhole}
          indeterminate={!isWhole && chosen > 0}
          disabled={isDisabled}
          onChange={() => onChange(toggleGroup(value, group))}
        />
        <UnstyledButton onClick={toggle} aria-expanded={isOpen}>
          <Group gap={4} wrap="nowrap">
            <Text size="xs" c="dimmed">
              {chosen} of {group.types.length}
              <span className="hub-hidden"> {group.prefix} event types</span>
            </Text>
            <IconChevronRight
              size={14}
              style={{ transform: isOpen ? 'rotate(90deg)' : 'none' }}
              aria-hidden
            />
          </Group>
        </UnstyledButton>
      </Group>
      <Collapse expanded={isOpen}>
        <Box pl={28} pt={6}>
          {group.types.map((type) => (
            <TypeChoice
              key={type.type}
              type={type}
              isChosen={matches(value, type.type)}
              isDisabled={isWhole}
              onToggle={() => onChange(toggleType(value, type.type))}
            />
          ))}
        </Box>
      </Collapse>
    </Box>
  );
}

interface TypeChoiceProps {
  type: EventType;
  isChosen: boolean;
  isDisabled: boolean;
  onToggle: () => void;
}

function TypeChoice({ type, isChosen, isDisabled, onToggle }: TypeChoiceProps) {
  const [isShown, { toggle }] = useDisclosure(false);
  return (
    <Box py={5}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Checkbox
          label={<span className="hub-mono">{type.type}</span>}
          description={type.description}
          checked={isChosen}
          disabled={isDisabled}
          onChange={onToggle}
        />
        <UnstyledButton
          onClick={toggle}
          aria-expanded={isShown}
          fz="xs"
          c="var(--hub-link)"
          style={{ flexShrink: 0 }}
        >
          {isShown ? 'Hide example' : 'Example'}
          <span className="hub-hidden"> of {type.type}</span>
        </UnstyledButton>
      </Group>
      {isShown && (
        <Box pl={28} pt={6}>
          <CodeBlock label={`Example of ${type.type}`} text={JSON.stringify(type.example, null, 2)} />
        </Box>
      )}
    </Box>
  );
}
