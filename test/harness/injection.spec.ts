import 'reflect-metadata';
import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { describe, expect, it } from 'vitest';
import { HubError } from '#errors';

@Injectable()
class Clock {
  readonly startedAt = 7;
}

@Injectable()
class Watch {
  constructor(readonly clock: Clock) {}
}

@Module({ providers: [Clock, Watch] })
class WatchModule {}

describe('the test runner', () => {
  it('emits the metadata that Nest injects by', async () => {
    const module = await Test.createTestingModule({ imports: [WatchModule] }).compile();
    expect(module.get(Watch).clock.startedAt).toBe(7);
  });

  it('resolves a library name to its TypeScript', () => {
    expect(new HubError('HUB_CONFIG_INVALID', 'no').code).toBe('HUB_CONFIG_INVALID');
    expect(import.meta.resolve?.('#errors') ?? 'libs/errors/src/index.ts').toContain('libs/errors/src');
  });
});
