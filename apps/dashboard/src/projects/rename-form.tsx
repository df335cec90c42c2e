import { Box } from '@mantine/core';
import { FieldForm } from '../account/field-form.tsx';
import { Saved } from '../ui/saved.tsx';

interface RenameFormProps {
  name: string;
  isBusy: boolean;
  isSaved: boolean;
  error: Error | null;
  onRename: (name: string) => void;
}

/** Gives a company or a project another name. */
export function RenameForm({ name, isBusy, isSaved, error, onRename }: RenameFormProps) {
  return (
    <Box maw={420}>
      <FieldForm
        fields={[{ name: 'name', label: 'Name', initial: name, autoComplete: 'off' }]}
        action="Save name"
        isBusy={isBusy}
        error={error}
        onSubmit={(values) => onRename(values.name)}
        beside={<Saved isShown={isSaved} />}
      />
    </Box>
  );
}
