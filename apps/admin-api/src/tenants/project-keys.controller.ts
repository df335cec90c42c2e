import { generateApiKey } from '#database';
import { ALL_SCOPES, Allow, Costly, notFound, ZodBodyPipe } from '#service';
import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { v7 as uuidV7 } from 'uuid';
import type { z } from 'zod';
import { UuidParamPipe } from '../uuid-param.pipe.ts';
import { ProjectKeyStore, type ProjectKeyRow } from './project-key.store.ts';
import { keyBody } from './tenant.request.ts';

/** The API keys of a project. */
@Controller('/v1/projects/:projectId/api-keys')
export class ProjectKeysController {
  constructor(private readonly keys: ProjectKeyStore) {}

  @Get()
  @Allow('keys:read')
  async list(@Param('projectId') projectId: string): Promise<{ items: ProjectKeyRow[] }> {
    return { items: await this.keys.list(projectId) };
  }

  /** The key is in this answer and in no other. */
  @Post()
  @Allow('keys:write')
  @Costly()
  async create(
    @Param('projectId') projectId: string,
    @Body(new ZodBodyPipe(keyBody)) { name, scopes = [ALL_SCOPES] }: z.output<typeof keyBody>,
  ): Promise<ProjectKeyRow & { key: string }> {
    const id = uuidV7();
    const made = generateApiKey();
    await this.keys.add(projectId, { id, name, scopes }, made);
    const [row] = await this.keys.list(projectId, id);
    if (row === undefined) throw notFound();
    return { ...row, key: made.key };
  }

  /** It stops working within 5 s and stays in the list. */
  @Delete(':keyId')
  @HttpCode(204)
  @Allow('keys:write')
  async revoke(
    @Param('projectId') projectId: string,
    @Param('keyId', UuidParamPipe) keyId: string,
  ): Promise<void> {
    if (!(await this.keys.revoke(projectId, keyId))) throw notFound();
  }
}
