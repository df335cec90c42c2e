/** A view over the tables of surveys. */
export interface View {
  name: string;
  /** Its query, over bare table names. */
  text: string;
}

/** How a kind of warehouse writes the day of a time, in UTC. */
export interface Dialect {
  day: (column: string) => string;
}

const MEASURES = `count(*) as responses,
  avg(score) as average_score,
  avg(ease) as average_ease`;

/** The views that docs/warehouse.md tells of. They name their columns, so that a new one does not change them. */
export function cesViews({ day }: Dialect): View[] {
  const submittedOn = day('r.submitted_at');
  return [
    {
      name: 'ces',
      text: `select r.event_id, r.tenant_id, r.project_id, r.survey_id, r.response_id, r.anonymous_id,
  r.score, r.scale_min, r.scale_max,
  cast(r.score - r.scale_min as double precision) / nullif(r.scale_max - r.scale_min, 0) as ease,
  r.comment, r.url,
  coalesce(nullif(split_part(split_part(regexp_replace(r.url, '^[a-zA-Z]+://[^/?#]*', ''), '?', 1), '#', 1), ''), '/') as page,
  r.submitted_at, ${submittedOn} as submitted_on, cast(date_trunc('week', ${submittedOn}) as date) as week,
  r.accepted_at, r.ingested_at
from ces_responses r`,
    },
    by('ces_by_day', 'submitted_on'),
    by('ces_by_week', 'week'),
    by('ces_by_page', 'page'),
    {
      name: 'ces_by_variant',
      text: `select c.project_id, c.survey_id, a.experiment_key, a.variant_key, ${MEASURES}
from ces c join ces_assignments a on a.project_id = c.project_id and a.event_id = c.event_id
group by c.project_id, c.survey_id, a.experiment_key, a.variant_key`,
    },
  ];
}

function by(name: string, column: string): View {
  return {
    name,
    text: `select project_id, survey_id, ${column}, ${MEASURES}
from ces
group by project_id, survey_id, ${column}`,
  };
}
