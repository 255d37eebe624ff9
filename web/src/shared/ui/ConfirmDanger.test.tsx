import { screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { ApiError } from '@/api/problem';
import { renderInConsole } from '../../../test/render';
import { ConfirmDanger } from './ConfirmDanger';

function setup(onConfirm: () => Promise<unknown>, word?: string) {
  const onClose = vi.fn();
  const { user } = renderInConsole(
    <ConfirmDanger
      open
      title="撤销导入？"
      action="删除 312 笔订单"
      onConfirm={onConfirm}
      onClose={onClose}
      {...(word && { word })}
    >
      将删除 312 笔订单。
    </ConfirmDanger>,
  );
  return {
    onClose,
    user,
    button: screen.getByRole('button', { name: '删除 312 笔订单' }),
  };
}

test('it acts, then closes', async () => {
  const onConfirm = vi.fn(async () => {});
  const { user, button, onClose } = setup(onConfirm);
  await user.click(button);
  expect(onConfirm).toHaveBeenCalledOnce();
  expect(onClose).toHaveBeenCalledOnce();
});

test('a failure is told and the dialog stays', async () => {
  const { user, button, onClose } = setup(() =>
    Promise.reject(new ApiError({ status: 409, code: 'status.409' })),
  );
  await user.click(button);
  expect((await screen.findByRole('alert')).textContent).toContain('请刷新后再试');
  expect(onClose).not.toHaveBeenCalled();
});

test('the word must be typed first', async () => {
  const { user, button } = setup(async () => {}, '删除');
  expect(button).toHaveProperty('disabled', true);
  await user.type(screen.getByRole('textbox'), '删除');
  expect(button).toHaveProperty('disabled', false);
});
