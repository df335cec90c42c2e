import { IconBrandSlack, IconMail, IconWebhook, type Icon } from '@tabler/icons-react';
import type { Destination } from '../api/types.ts';

export type Kind = Destination['kind'];

/** What each kind of destination is called. */
export const KINDS: Readonly<Record<Kind, { label: string; noun: string; icon: Icon }>> = {
  webhook: { label: 'Webhook', noun: 'webhook', icon: IconWebhook },
  slack: { label: 'Slack', noun: 'Slack destination', icon: IconBrandSlack },
  email: { label: 'E-mail', noun: 'e-mail destination', icon: IconMail },
};
