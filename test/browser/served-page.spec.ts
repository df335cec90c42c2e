import { describe, expect, it } from 'vitest';
import { findBarriers, useBrowser } from '../harness/browser.ts';
import { useFlow } from '../harness/flow.ts';

const flow = useFlow();
const browser = useBrowser();

describe('the dashboard', () => {
  it('is one page for every address that is not the API’s', async () => {
    for (const path of ['/', '/projects/x/webhooks', '/sign-in']) {
      const answer = await fetch(`${flow.url}${path}`);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      const policy = answer.headers.get('content-security-policy');
      expect(policy).toContain("script-src 'self';");
      const nonce = /'nonce-([^']+)'/.exec(policy ?? '')?.[1];
      expect(await answer.text()).toContain(`name="csp-nonce" content="${nonce}"`);
    }
  });

  it('leaves unknown addresses of the API to the API', async () => {
    for (const path of ['/v1/nothing', '/assets/nothing.js', '/docs/nothing']) {
      const answer = await fetch(`${flow.url}${path}`);
      expect([path, answer.status, answer.headers.get('content-type')]).toEqual([
        path,
        404,
        'application/problem+json; charset=utf-8',
      ]);
    }
    expect((await fetch(`${flow.url}/anything`, { method: 'POST' })).status).toBe(404);
  });

  it('has files that stay what they are, compressed', async () => {
    const page = await (await fetch(flow.url)).text();
    const [, script = ''] = /src="(\/assets\/[^"]+\.js)"/.exec(page) ?? [];
    const answer = await fetch(`${flow.url}${script}`, { headers: { 'accept-encoding': 'br' } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(answer.headers.get('content-encoding')).toBe('br');
  });

  it('runs under its own policy', async () => {
    const { page, complaints } = await browser.open();
    await page.goto(`${flow.url}/nowhere`);
    await page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
