import { screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { ApiError } from '@/api/problem';
import { renderInConsole } from '../../../test/render';
import { Masked } from './Masked';

async function ask(reveal: (reason: string) => Promise<string>, reason: string) {
  const { user } = renderInConsole(<Masked value="138****5678" reveal={reveal} />);
  await user.click(screen.getByRole('button', { name: '查看明文' }));
  const box = await screen.findByLabelText('查看原因');
  if (reason) await user.type(box, reason);
  await user.click(screen.getAllByRole('button', { name: '查看明文' }).at(-1) as HTMLElement);
  return user;
}

test('a value is shown for a reason, and can be hidden again', async () => {
  const reveal = vi.fn(async () => '13812345678');
  const user = await ask(reveal, '核对收货地址');
  expect(await screen.findByText('13812345678')).toBeDefined();
  expect(reveal).toHaveBeenCalledExactlyOnceWith('核对收货地址');
  await user.click(screen.getByRole('button', { name: '隐藏明文' }));
  expect(screen.getByText('138****5678')).toBeDefined();
});

test('without a reason nothing is asked of the server', async () => {
  const reveal = vi.fn(async () => '13812345678');
  await ask(reveal, '');
  expect((await screen.findAllByText('请写明原因，至少 4 个字')).length).toBeGreaterThan(0);
  expect(reveal).not.toHaveBeenCalled();
});

test('a refusal is told beside the reason', async () => {
  await ask(() => Promise.reject(new ApiError({ status: 403, code: 'status.403' })), '核对收货地址');
  expect(await screen.findByText('当前角色没有这项权限。')).toBeDefined();
  expect(screen.getByText('138****5678')).toBeDefined();
});

test('who may not see it gets no button', () => {
  renderInConsole(<Masked value="138****5678" />);
  expect(screen.queryByRole('button')).toBeNull();
});
