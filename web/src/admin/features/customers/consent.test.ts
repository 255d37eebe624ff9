import { expect, test } from 'vitest';
import { type ConsentText, type State, stateAt, textFor } from './consent';

const text = (id: string, channel: string, version: number): ConsentText => ({
  id,
  channel,
  version,
  purpose: 'marketing',
  body: '',
  body_hash: '',
  created_at: '2026-01-01T00:00:00Z',
});

test('the text is the latest one of the channel, else the one for every channel', () => {
  const texts = [text('all', '', 7), text('sms 1', 'sms', 1), text('sms 2', 'sms', 2)];
  expect(textFor(texts, { purpose: 'marketing', channel: 'sms' })?.id).toBe('sms 2');
  expect(textFor(texts, { purpose: 'marketing', channel: 'email' })?.id).toBe('all');
  expect(textFor(texts, { purpose: 'service', channel: 'sms' })).toBeUndefined();
});

test('silence is no state', () => {
  const states = [{ purpose: 'marketing', channel: 'sms', given: true }] as State[];
  expect(stateAt(states, { purpose: 'marketing', channel: 'sms' })?.given).toBe(true);
  expect(stateAt(states, { purpose: 'marketing', channel: 'phone' })).toBeUndefined();
});
