import { screen } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';
import { renderInConsole } from '../../../../test/render';

// The client takes fetch when it is made, so it is replaced before the import.
const server = vi.fn<(request: Request) => Promise<Response>>();
vi.stubGlobal('fetch', server);
const { SignInPage } = await import('./SignInPage');

const refuse = (status: number, code: string) => Response.json({ status, code }, { status });

/** Of an account that must have a second factor and has none. */
let due = false;

type Typed = { login: string; password: string; code?: string };

/** An account with a second factor, in a shop that is set up and no demo. */
async function answer(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === '/v1/session/totp') {
    const { password } = (await request.json()) as Typed;
    return Response.json({ secret: 'ABCDEFGH', otpauth_url: `otpauth://totp/${password}` });
  }
  if (pathname === '/v1/session/totp/confirm') {
    due = false;
    return Response.json({ recovery_codes: ['AAAA-BBBB', 'CCCC-DDDD'] });
  }
  if (request.method === 'GET' && pathname === '/v1/session') return Response.json({ permissions: [] });
  if (pathname !== '/v1/session') return refuse(404, 'x');
  const { password, code } = (await request.json()) as Typed;
  if (password !== 'right') return refuse(401, 'session.wrong');
  if (due) return Response.json({ permissions: [], due: 'totp' }, { status: 201 });
  if (!code) return refuse(401, 'session.code_required');
  if (code !== '123456') return refuse(401, 'session.code_wrong');
  return Response.json({ permissions: [] }, { status: 201 });
}

beforeEach(() => {
  due = false;
  server.mockReset().mockImplementation(answer);
});

async function type(password: string) {
  const drawn = renderInConsole(<SignInPage />, '/signin?next=/orders');
  await drawn.user.type(screen.getByLabelText('登录名'), 'zhou');
  await drawn.user.type(screen.getByLabelText('密码'), `${password}{Enter}`);
  return drawn;
}

test('a wrong password is told without saying what was wrong', async () => {
  await type('wrong');
  await screen.findByText('登录名或密码不对。');
  expect(screen.getByLabelText('密码')).toHaveProperty('value', 'wrong');
});

test('an account with a second factor asks for its code, then goes on to where one wanted to be', async () => {
  const { user, router } = await type('right');
  const code = await screen.findByLabelText('验证码');
  await user.type(code, '000000{Enter}');
  await screen.findByText('验证码不对，或者已经用过了。等下一个再试。');
  await user.clear(code);
  await user.type(code, '123456{Enter}');
  await vi.waitFor(() => expect(router.state.location.href).toBe('/orders'), { timeout: 15_000 });
});

test('without the telephone a recovery code is asked for', async () => {
  const { user } = await type('right');
  await user.click(await screen.findByRole('button', { name: '手机不在身边' }));
  await user.type(screen.getByLabelText('恢复码'), 'ABCD{Enter}');
  await screen.findByText('请填写一个恢复码');
});

test('who must have a second factor sets it up on the way in, without the password once more', async () => {
  due = true;
  const { user, router } = await type('right');
  const secret = await screen.findByLabelText('密钥，扫不了就手动输入', {}, { timeout: 30_000 });
  expect(secret).toHaveProperty('value', 'ABCD EFGH');
  await user.type(screen.getByLabelText('验证码'), '123456{Enter}');
  const codes = await screen.findByRole('list', { name: '恢复码' });
  expect(codes.textContent).toContain('CCCC-DDDD');
  expect(router.state.location.pathname).toBe('/signin');
  await user.click(screen.getByRole('button', { name: '已经保存好了' }));
  await vi.waitFor(() => expect(router.state.location.href).toBe('/orders'), { timeout: 15_000 });
});
