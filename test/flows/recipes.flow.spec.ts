import { expect, it } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { useFlow } from '../harness/flow.ts';
import { judgeInNode, judgeInPython } from '../harness/recipes.ts';

const flow = useFlow();

it.each([
  ['Node', judgeInNode],
  ['Python', judgeInPython],
])(
  'a delivery is verified by the documented recipe in %s, and a changed one is not',
  async (language, judge) => {
    const shop = await flow.shop();
    const { path, secret } = await shop.webhook(`/${language}`);
    await shop.publish();
    const [receipt] = await eventually(() => {
      expect(flow.receiver.receipts(path)).toHaveLength(1);
      return flow.receiver.receipts(path);
    });
    const headers = Object.fromEntries(
      Object.entries(receipt?.headers ?? {}).map(([name, value]) => [name, String(value)]),
    );
    const body = receipt?.body.toString() ?? '';
    expect(
      await judge(
        [
          { headers, body },
          { headers, body: body.replace('{', '{ ') },
        ],
        secret,
      ),
    ).toEqual([true, false]);
  },
);
