import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { renderInConsole } from '../../../test/render';
import { QueryState } from './QueryState';

const failed = { data: undefined, error: new Error('x'), refetch: () => undefined };
const waiting = { data: undefined, error: null, refetch: () => undefined };

test.each([
  ['it waits', waiting],
  ['it could not be loaded', failed],
])('a page keeps its head while %s', (_, query) => {
  renderInConsole(
    <QueryState query={query} title="新建客群" skeleton={<i>…</i>}>
      {() => null}
    </QueryState>,
  );
  expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('新建客群');
  expect(screen.queryAllByRole('alert')).toHaveLength(query.error ? 1 : 0);
});
