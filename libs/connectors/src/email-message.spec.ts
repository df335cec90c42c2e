import { EVENT_CATALOGUE } from '#events';
import { describe, expect, it } from 'vitest';
import { sampleBody } from '../fixtures/sample-body.ts';
import { toEmailText } from './email-message.ts';
import { toNotice } from './notice.ts';

const FOOTER = { reason: 'You get this.', unsubscribeUrl: 'https://hub.example.com/v1/unsubscribe/x' };
const emailOf = (type: string, data: object = {}) =>
  toEmailText(toNotice(sampleBody(type, data), { publicUrl: 'https://hub.example.com' }), FOOTER);

describe('an e-mail', () => {
  it.each(EVENT_CATALOGUE.map(({ type }) => [type]))('of %s says the same in HTML and in text', (type) => {
    const { subject, text, html } = emailOf(type);
    const notice = toNotice(sampleBody(type), { publicUrl: 'https://hub.example.com' });
    expect(subject).toBe(notice.title);
    for (const { label, value } of notice.facts) {
      expect(text).toContain(`${label}: ${value}`);
      expect(html).toContain(label);
    }
    for (const each of [text, html]) {
      expect(each).toContain(notice.link.url);
      expect(each).toContain(FOOTER.unsubscribeUrl);
      expect(each).not.toMatch(/undefined|\[object|<%/);
    }
  });

  it('escapes what comes from outside', () => {
    const comment = '<script>alert(1)</script><a href="https://evil.example">click</a> & "more"';
    const { html } = emailOf('ces.response_created', { comment, url: 'https://x/"><img src=x>' });
    expect(html).not.toMatch(/<script|<img|evil\.example">/);
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  it('lets no text break out of its subject', () => {
    const { subject } = emailOf('experiment.started', { name: 'x\r\nBcc: eve@example.com' });
    expect(subject).toBe('Experiment started: x Bcc: eve@example.com');
  });
});
