import { randomBytes } from 'node:crypto';
import type { Destination } from '#events';
import { MasterKeys } from '#webhooks';
import { Allow, problem, projectOf, ZodBodyPipe, type AuthenticatedRequest } from '#service';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Req } from '@nestjs/common';

import { showBody } from '../show-body.ts';
import { toDestination } from '../to-destination.ts';
import { checkSignature } from './check-signature.ts';
import { InspectorServer } from './inspector.server.ts';
import { inspectorChange, type InspectorChange } from './inspector.request.ts';
import { InspectorStore, type InspectorRow, type ReceivedRow } from './inspector.store.ts';

const TOKEN_BYTES = 18;

/** The built-in receiver of a project: what it got, and what it answers. */
@Controller('/v1/projects/:projectId/inspector')
export class InspectorController {
  constructor(
    private readonly inspectors: InspectorStore,
    private readonly masterKeys: MasterKeys,
    private readonly server: InspectorServer,
  ) {}

  @Get()
  @Allow('webhooks:read')
  async get(@Param('projectId') projectId: string) {
    const { isEnabled } = this.server;
    const inspector = isEnabled ? await this.inspectors.find(projectId) : undefined;
    if (inspector === undefined) return { isEnabled, url: null, answerStatus: 200, requests: [] };
    return this.#show(inspector);
  }

  @Post()
  @Allow('webhooks:write')
  @HttpCode(200)
  async open(@Req() request: AuthenticatedRequest) {
    const owner = projectOf(request);
    if (!this.server.isEnabled)
      throw problem(409, 'Inspectors are switched off: the operator of this hub can set INSPECTOR_PORT.');
    await this.inspectors.open(owner, randomBytes(TOKEN_BYTES).toString('base64url'));
    return this.get(owner.projectId);
  }

  @Patch()
  @Allow('webhooks:write')
  async change(
    @Param('projectId') projectId: string,
    @Body(new ZodBodyPipe(inspectorChange)) { answerStatus }: InspectorChange,
  ) {
    await this.inspectors.answerWith(projectId, answerStatus);
    return this.get(projectId);
  }

  @Delete('requests')
  @Allow('webhooks:write')
  @HttpCode(204)
  async clear(@Param('projectId') projectId: string): Promise<void> {
    await this.inspectors.clear(projectId);
  }

  async #show({ projectId, token, answerStatus }: InspectorRow) {
    const url = this.server.urlOf(token);
    const [rows, webhooks] = await Promise.all([
      this.inspectors.requests(projectId),
      this.inspectors.webhooks(projectId, url),
    ]);
    const destinations = webhooks.map(toDestination);
    const requests: object[] = [];
    // One after the other: only one whole body is in memory at a time.
    for (const row of rows) requests.push(await this.#showRequest(projectId, row, destinations));
    return { isEnabled: true, url, answerStatus, requests };
  }

  async #showRequest(
    projectId: string,
    { isTruncated, ...row }: ReceivedRow,
    destinations: readonly Destination[],
  ) {
    // The signature is one of the whole body.
    const whole = isTruncated ? await this.inspectors.body(projectId, row.id) : row.body;
    return {
      ...row,
      body: showBody(row.body, isTruncated),
      signature: checkSignature({ ...row, body: whole ?? row.body }, destinations, this.masterKeys),
    };
  }
}
