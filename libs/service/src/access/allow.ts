import { applyDecorators, SetMetadata, UseGuards } from '@nestjs/common';
import { AccessGuard } from './access.guard.ts';
import { ACCESS_RULE, type AccessRule } from './access-rule.ts';

/** Declares who may call a route, and puts the guard before it. A route without it keeps the API from starting. */
export const Allow = (rule: AccessRule) =>
  applyDecorators(SetMetadata(ACCESS_RULE, rule), UseGuards(AccessGuard));
