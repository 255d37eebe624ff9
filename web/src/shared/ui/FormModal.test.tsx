import { screen } from '@testing-library/react';
import { Form, Input } from 'antd';
import { expect, test, vi } from 'vitest';
import { ApiError, type Problem } from '@/api/problem';
import { renderInConsole } from '../../../test/render';
import { FormModal } from './FormModal';

function setup(problem?: Problem) {
  const send = vi.fn(async (_values: { name: string }) => {
    if (problem) throw new ApiError(problem);
  });
  const { user } = renderInConsole(
    <FormModal<{ name: string }> title="新建门店" action="新建" send={send} onClose={() => {}}>
      <Form.Item name="name" label="店名" rules={[{ required: true, message: '请填写店名' }]}>
        <Input />
      </Form.Item>
    </FormModal>,
  );
  return { send, user, name: screen.getByLabelText('店名') };
}

test('what is missing is said beside its field, and nothing is sent', async () => {
  const { send, user } = setup();
  await user.click(screen.getByRole('button', { name: '新建' }));
  await screen.findByText('请填写店名');
  expect(send).not.toHaveBeenCalled();
});

test('Enter sends', async () => {
  const { send, user, name } = setup();
  await user.type(name, '静安寺店{Enter}');
  await vi.waitFor(() => expect(send).toHaveBeenCalledWith({ name: '静安寺店' }));
});

test('a wrong field of the server stands beside it, and gets the focus', async () => {
  const errors = [{ path: 'name', code: 'length', message: 'too long' }];
  const { user, name } = setup({ status: 400, code: 'shop.invalid', errors });
  await user.type(name, '静安寺店{Enter}');
  await screen.findByText('长度不对');
  expect(screen.queryByRole('alert', { name: /./ })).toBeNull();
  expect(document.activeElement).toBe(name);
});

test('an error of no field is told above the buttons, with the time to wait', async () => {
  const { user, name } = setup({ status: 429, code: 'session.too_many', retry_after: 90 });
  await user.type(name, '静安寺店{Enter}');
  await screen.findByText('试得太多次了。');
  screen.getByText('请在 1 分 30 秒后再试。');
});

test('a wrong field that is not asked for is named', async () => {
  const errors = [{ path: 'time_zone', code: 'unknown', message: 'there is no such time zone' }];
  const { user, name } = setup({ status: 400, code: 'shop.invalid', errors });
  await user.type(name, '静安寺店{Enter}');
  await screen.findByText('time_zone');
});
