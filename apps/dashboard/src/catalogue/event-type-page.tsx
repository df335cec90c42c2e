import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { eventTypesQuery } from '../api/queries.ts';
import { BodyView } from '../ui/body-view.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { TextLink } from '../ui/links.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Section } from '../ui/section.tsx';
import { FieldTable } from './field-table.tsx';

const route = getRouteApi('/projects/$projectId/event-types/$type');

/** One event type: when it is sent, its fields, an example. */
export function EventTypePage() {
  const { projectId, type: name } = route.useParams();
  const { data } = useQuery(eventTypesQuery);
  if (!data) return <Skeleton h={480} aria-busy aria-label="Loading" />;
  const type = data.items.find((each) => each.type === name);
  const above = (
    <TextLink to="/projects/$projectId/event-types" params={{ projectId }} size="sm">
      Event catalogue
    </TextLink>
  );
  if (!type) return <EmptyState title="No such event type">{above}</EmptyState>;
  return (
    <>
      <PageHeader title={type.type} above={above} description={type.description} />
      <Section title="Example" description="The whole body that a webhook receives.">
        <BodyView text={JSON.stringify(type.example, null, 2)} name={`${type.type}.json`} />
      </Section>
      <Section
        title="Fields"
        description={
          <>
            Schema <span className="hub-mono">{type.schema}</span>
            {type.schemaVersion !== null && <>, version {type.schemaVersion}</>}
          </>
        }
      >
        <FieldTable fields={type.fields} />
      </Section>
    </>
  );
}
