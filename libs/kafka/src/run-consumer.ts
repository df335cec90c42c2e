import type { Consumer, ConsumerRunConfig } from 'kafkajs';

/** Joins the group and fetches. @returns false when it died while it joined, of which kafkajs' own `run` says nothing */
export async function runConsumer(consumer: Consumer, config: ConsumerRunConfig): Promise<boolean> {
  let isDead = false;
  const forget = consumer.on(consumer.events.CRASH, () => {
    isDead = true;
  });
  await consumer.run(config);
  forget();
  return !isDead;
}
