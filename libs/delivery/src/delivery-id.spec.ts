import { describe, expect, it } from 'vitest';
import { deliveryId } from './delivery-id.ts';

describe('the id of a delivery', () => {
  // Known to receivers and stored: another way of computing it would deliver everything under way a second time.
  it('is the UUIDv5 of the event in the namespace of the destination, for ever the same', () => {
    expect(deliveryId('0197a1b2-0000-7000-8000-0000000000e1', '0197a1b2-0000-7000-8000-0000000000c1')).toBe(
      '82b7ffcd-0bb4-5eca-89df-dea1c9e72875',
    );
  });

  it('differs with the event and with the destination', () => {
    const [a, b] = ['0197a1b2-0000-7000-8000-0000000000e1', '0197a1b2-0000-7000-8000-0000000000e2'];
    expect(new Set([deliveryId(a, b), deliveryId(b, a), deliveryId(a, a), deliveryId(b, b)]).size).toBe(4);
  });
});
