import { eventDecoder } from '#events';
import { startStage, type AppDefinition } from '#service';
import { DispatcherModule } from './dispatcher.module.ts';

/** Routes events to destinations: reads the event topics, writes one delivery a matching destination. */
export const dispatcherApp: AppDefinition = {
  name: 'dispatcher',
  sections: [],
  start: async (runtime) => {
    const codec = await runtime.codec();
    return startStage(runtime, {
      name: 'dispatcher',
      module: DispatcherModule.with({
        runtime,
        codec,
        producer: await runtime.producer('dispatcher'),
        routing: await runtime.routing(),
        erasures: await runtime.erasures(),
      }),
      patterns: { 'hub.events': runtime.topics.allEvents },
      decoder: eventDecoder(codec),
      resting: runtime.topics.allEvents,
    });
  },
};
