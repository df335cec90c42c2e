const OBJECTS: Readonly<Record<string, string>> = {
  tenant: 'company',
  project: 'project',
  member: 'member',
  invitation: 'invitation',
  'api-key': 'API key',
  webhook: 'webhook',
  slack: 'Slack destination',
  email: 'e-mail destination',
  erasure: 'erasure',
};

const VERBS: Readonly<Record<string, string>> = {
  created: 'created',
  changed: 'changed',
  deleted: 'deleted',
};

const WHOLE: Readonly<Record<string, string>> = {
  'person.signed_in': 'signed in',
  'person.password_changed': 'changed the password',
  'invitation.created': 'invited',
  'member.created': 'added the member',
  'member.deleted': 'removed the member',
  'erasure.created': 'ordered an erasure',
};

/** `changed the webhook` for `webhook.changed`; an action that is not known stands for itself. */
export function describeAction(action: string): string {
  const [object = '', verb = ''] = action.split('.');
  const [noun, word] = [OBJECTS[object], VERBS[verb]];
  return WHOLE[action] ?? (noun && word ? `${word} the ${noun}` : action);
}

/** The actions to filter by, with their words. */
export const ACTIONS: readonly { value: string; label: string }[] = [
  'person.signed_in',
  'person.password_changed',
  ...Object.keys(OBJECTS)
    .filter((object) => object !== 'erasure')
    .flatMap((object) => Object.keys(VERBS).map((verb) => `${object}.${verb}`)),
  'erasure.created',
].map((value) => ({ value, label: capitalised(describeAction(value)) }));

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
