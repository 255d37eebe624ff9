import { screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { renderInConsole } from '../../../../test/render';
import type { Organisation } from './model';

// The client takes fetch when it is made, so it is replaced before the import.
const server = vi.fn<(request: Request) => Promise<Response>>();
vi.stubGlobal('fetch', server);
const { SettingsForm } = await import('./SettingsForm');

const read: Organisation = {
  name: '山茶与羽',
  time_zone: 'Asia/Shanghai',
  currency: 'CNY',
  locale: 'zh-CN',
  return_days: 7,
  require_totp: false,
  version: 3,
};

/** A server on which somebody else has changed the days to return meanwhile. */
function serveChanged() {
  let stands = { ...read, return_days: 30, version: 4 };
  const sent: unknown[] = [];
  server.mockReset().mockImplementation(async (request) => {
    if (request.method !== 'PATCH') return Response.json(stands);
    if (request.headers.get('If-Match') !== `"${stands.version}"`) {
      return Response.json({ status: 412, code: 'version.stale' }, { status: 412 });
    }
    const change = await request.json();
    sent.push(change);
    stands = { ...stands, ...change, version: stands.version + 1 };
    return Response.json(stands);
  });
  return sent;
}

test('a change made meanwhile is shown, and both are kept', async () => {
  const sent = serveChanged();
  const { user } = renderInConsole(<SettingsForm read={read} mayChange />);
  const name = screen.getByLabelText('店铺名称');
  await user.clear(name);
  await user.type(name, '山茶');
  await user.click(screen.getByRole('button', { name: '保存' }));

  const conflict = await screen.findByText('你填写的时候，别人改过设置：');
  expect(conflict.closest('[role=alert]')?.textContent).toContain('退货期限: 7 → 30');
  expect(sent).toEqual([]);

  await user.click(screen.getByRole('button', { name: '保留对方的修改，继续改我的' }));
  await user.click(screen.getByRole('button', { name: '保存' }));
  await vi.waitFor(() => expect(sent).toEqual([{ name: '山茶' }]), { timeout: 15_000 });
  expect(screen.getByRole('spinbutton')).toHaveProperty('value', '30');
});

test('who may not change the settings can read them', () => {
  renderInConsole(<SettingsForm read={read} mayChange={false} />);
  screen.getByText('这里只有店主能改。');
  expect(screen.getByLabelText('店铺名称')).toHaveProperty('disabled', true);
  expect(screen.queryByRole('button', { name: '保存' })).toBeNull();
});
