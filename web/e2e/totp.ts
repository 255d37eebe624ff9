import { createHmac } from 'node:crypto';
import type { Page } from 'playwright-core';

/** The one-time code of this moment, after RFC 6238. */
export function totp(secret: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const letters = [...secret.replaceAll(' ', '')];
  const bits = letters.map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const sum = createHmac('sha1', key).update(counter).digest();
  const at = (sum[19] ?? 0) & 15;
  return String((sum.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** Sets up the second factor whose secret the page shows, and returns the recovery codes that it shows then. */
export async function enrol(page: Page, look: (part: string) => Promise<void>): Promise<string[]> {
  const secret = await page.getByLabel('密钥，扫不了就手动输入').inputValue();
  await look('secret');
  const list = page.getByRole('list', { name: '恢复码' });
  for (;;) {
    await page.getByLabel('验证码').fill(totp(secret));
    await page.getByRole('button', { name: '开启', exact: true }).click();
    const late = page.getByText('验证码不对，或者已经用过了');
    await list.or(late).first().waitFor();
    if (await list.isVisible()) break; // Else the moment of the code passed meanwhile.
  }
  await look('codes');
  const codes = await list.getByRole('listitem').allTextContents();
  await page.getByRole('button', { name: '已经保存好了' }).click();
  return codes;
}
