import { expect, test } from 'vitest';
import { ruleIn } from './tagReason';

test('the reason of a rule names the rule', () => {
  expect(ruleIn('tgr_0AP 订单数至少2单，\n且 x')).toEqual({ id: 'tgr_0AP', words: '订单数至少2单，\n且 x' });
  expect(ruleIn('she said so')).toEqual({ id: undefined, words: 'she said so' });
});
