import { readUnsubscribeToken, type Unsubscription } from '#connectors';
import { HubError } from '#errors';
import { Allow, notFound, problem } from '#service';
import { decryptSecret, MasterKeys } from '#webhooks';
import { Controller, Get, Header, HttpCode, Post, Query, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { OutboxRelay } from './relay-outbox.ts';
import { UnsubscribeStore, type EmailDestinationRow } from './unsubscribe.store.ts';

const PATH = '/v1/unsubscribe';
const FORM = 'application/x-www-form-urlencoded';

/** Where the links of e-mails lead. A visit asks first: programs that look at links must not unsubscribe anybody. */
@Controller(PATH)
export class UnsubscribeController implements OnModuleInit {
  constructor(
    private readonly destinations: UnsubscribeStore,
    private readonly masterKeys: MasterKeys,
    private readonly relay: OutboxRelay,
    private readonly host: HttpAdapterHost,
  ) {}

  /** Mail programs post a form (RFC 8058), which no other route takes. */
  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    fastify.addContentTypeParser(FORM, { parseAs: 'string' }, (request, _body, done) =>
      request.url.startsWith(PATH) ? done(null, undefined) : done(problem(415, 'Send application/json.')),
    );
  }

  @Get()
  @Allow('public')
  @Header('content-type', 'text/html; charset=utf-8')
  @Header(
    'content-security-policy',
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
  )
  async ask(@Query('token') token: unknown): Promise<string> {
    const { recipient, row } = await this.#verify(token);
    const question = `Should ${recipient} get no more e-mails of “${row.name}”?`;
    return page(question, '<form method="post"><button>Unsubscribe</button></form>');
  }

  @Post()
  @HttpCode(200)
  @Allow('public')
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
  async unsubscribe(@Query('token') token: unknown): Promise<string> {
    const { destinationId, recipient, row } = await this.#verify(token);
    await this.destinations.remove({ destinationId, recipient });
    await this.relay.flush();
    return page(`${recipient} gets no more e-mails of “${row.name}”.`, '');
  }

  async #verify(token: unknown): Promise<Unsubscription & { row: EmailDestinationRow }> {
    const claim = typeof token === 'string' ? readUnsubscribeToken(token) : undefined;
    const row = claim && (await this.destinations.find(claim.destinationId));
    if (claim === undefined || row === undefined) throw notFound();
    if (!claim.isSigned(this.#secretOf(claim.destinationId, row))) throw notFound();
    return { destinationId: claim.destinationId, recipient: claim.recipient, row };
  }

  #secretOf(id: string, { secret }: EmailDestinationRow): string {
    try {
      return decryptSecret(secret, this.masterKeys, id);
    } catch (cause) {
      if (cause instanceof HubError) throw problem(503, 'This link cannot be checked at the moment.');
      throw cause;
    }
  }
}

function page(sentence: string, form: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Unsubscribe</title></head><body style="font:16px/1.5 sans-serif;max-width:32em;margin:4em auto;padding:0 1em"><p>${escapeHtml(sentence)}</p>${form}</body></html>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
