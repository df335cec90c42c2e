import { ModulesContainer } from '@nestjs/core';
import { METHOD_METADATA } from '@nestjs/common/constants.js';
import type { INestApplicationContext } from '@nestjs/common';
import { ACCESS_RULE } from './access-rule.ts';

/** @throws Error naming every route of a controller that does not say who may call it */
export function requireAccessRules(app: INestApplicationContext): void {
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) => [
    ...module.controllers.values(),
  ]);
  const undeclared = controllers.flatMap(({ metatype }) => {
    if (typeof metatype !== 'function') return [];
    const prototype = metatype.prototype as Record<string, unknown>;
    const routes = Object.getOwnPropertyNames(prototype).filter((name) => isOpen(prototype[name]));
    return routes.map((name) => `${metatype.name}.${name}`);
  });
  if (undeclared.length === 0) return;
  throw new Error(`Routes without @Allow, which says who may call them: ${undeclared.join(', ')}`);
}

function isOpen(handler: unknown): boolean {
  if (typeof handler !== 'function' || !Reflect.hasMetadata(METHOD_METADATA, handler)) return false;
  return !Reflect.hasMetadata(ACCESS_RULE, handler);
}
