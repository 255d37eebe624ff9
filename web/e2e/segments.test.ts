import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { expectNoComplaints, shot } from './browser';
import { withDemo } from './demo';

const patience = 60_000;

const { signedIn } = withDemo(patience);

/** Chooses in the last of the drop-downs with a label, after typing a part of the name where that is possible. */
async function choose(page: Page, label: string, choice: string, typed = false): Promise<void> {
  const box = page.getByRole('combobox', { name: label, exact: true }).last();
  await box.click();
  if (typed) await box.fill(choice);
  await page.locator('.ant-select-dropdown:visible').getByTitle(choice, { exact: true }).first().click();
}

/** Adds a test to the outermost group. */
async function addTest(page: Page, field: string, op: string, number: string): Promise<void> {
  await page.getByRole('button', { name: '加条件' }).last().click();
  await choose(page, '看什么', field, true);
  await choose(page, '怎么比', op);
  await page.getByRole('spinbutton', { name: '数值' }).last().fill(number);
}

test(
  'a marketer writes a rule, sees whom it names and why, and who leaves as time goes by',
  async () => {
    const { page, send, read } = await signedIn('owner');
    await page.goto('/segments');
    await page.getByRole('button', { name: '新建客群' }).first().click();
    await page.getByLabel('名称').fill('高价值活跃 VIP');
    await addTest(page, '距上次购买天数', '至多', '30');
    await addTest(page, '订单数', '至少', '5');
    await page.getByRole('button', { name: '范围' }).last().click();
    await choose(page, '时间', '最近几天');
    await page.getByRole('spinbutton', { name: '最近几天' }).fill('180');
    await addTest(page, '消费金额', '大于', '5000');

    const sentence = page.getByRole('textbox', { name: '一句话' });
    await expect
      .poll(() => sentence.inputValue(), { timeout: patience })
      .toBe('距上次购买天数至多30天，且最近半年（180天）内订单数至少5单，且累计消费金额超过5000元');
    await page.getByText('抽样看看').waitFor();
    await page.getByText('可发短信').waitFor();
    await shot(page, 'segment editor');
    await page.getByText('English', { exact: true }).click();
    expect(await sentence.inputValue()).toBe(
      'days since the last purchase are at most 30, and orders in the last 180 days are at least 5, and total spend is more than 5000 yuan',
    );

    // The sentence is read back: another number in it is another number in the tree.
    await page.getByText('中文', { exact: true }).click();
    await sentence.fill(
      '距上次购买天数至多30天，且最近半年（180天）内订单数至少4单，且累计消费金额超过5000元',
    );
    await page.getByRole('button', { name: '读成条件' }).click();
    await expect.poll(() => page.getByRole('spinbutton', { name: '数值' }).nth(1).inputValue()).toBe('4');
    await sentence.fill('距上次购买天数至多多少天');
    await page.getByRole('button', { name: '读成条件' }).click();
    await page.getByRole('alert').first().waitFor();
    await page.getByRole('button', { name: '取消' }).click();

    await page.getByRole('button', { name: '保存客群' }).click();
    await page.getByRole('heading', { name: '高价值活跃 VIP' }).waitFor();
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    const members = async () => (await read(`/v1/segments/${id}`)).members as number;
    await expect.poll(members, { timeout: patience }).toBeGreaterThan(0);
    await page.reload();
    await page.getByRole('row', { name: /打开/ }).first().waitFor();
    await shot(page, 'segment');

    const dormant = (await read('/v1/customers?stage=dormant&sort=spend&limit=1')).items[0];
    await page.goto(`/segments/${id}?tab=why&customer=${dormant.id}`);
    await page.getByText('不在这个客群里').waitFor();
    await page.getByLabel('不满足', { exact: true }).first().waitFor();
    await shot(page, 'segment why');

    const now = new Date((await read('/v1/clock')).now);
    const day = now.toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' });
    for (let week = 0; week < 9; week++) {
      await send('/v1/clock/move', { hours: 7 * 24 });
    }
    const left = async () =>
      (await read(`/v1/segments/${id}/changes?direction=left&limit=50`)).items.length as number;
    await expect.poll(left, { timeout: patience }).toBeGreaterThan(0);
    await page.goto(`/segments/${id}?tab=changes`);
    await page.getByRole('radiogroup', { name: '进出' }).getByText('离开', { exact: true }).click();
    await page.getByText('时间过去了').first().waitFor();
    await shot(page, 'segment left');

    const then = await read(`/v1/segments/${id}/members?as_of=${day}&limit=1`);
    const { days } = await read(`/v1/segments/${id}/trend?from=${day}&to=${day}`);
    expect(days[0].members).toBeGreaterThan(0);
    expect(then.total).toBe(days[0].members);
    await page.goto(`/segments/${id}?as_of=${day}`);
    await page.getByText(`${then.total} 人`, { exact: true }).waitFor();
    await shot(page, 'segment as of a past day');
    expectNoComplaints(page);
  },
  6 * patience,
);

test(
  'a marketer moves a threshold, sees who would change groups, and keeps a cell of the map as a segment',
  async () => {
    const { page, read } = await signedIn('marketer');
    await page.goto('/rfm?tab=groups');
    const slider = page.getByRole('slider', { name: 'VIP：累计消费' });
    await slider.focus();
    for (let step = 0; step < 20; step++) await page.keyboard.press('ArrowLeft');
    const verdict = page.getByText(/[\d,]+ ?位顾客会换组/);
    await verdict.waitFor();
    const first = await verdict.innerText();
    await page.getByRole('img', { name: '谁会换组' }).waitFor();
    for (let step = 0; step < 10; step++) await page.keyboard.press('ArrowLeft');
    await expect.poll(() => verdict.innerText(), { timeout: patience }).not.toBe(first);
    await shot(page, 'thresholds moved');
    expect((await read('/v1/rfm/settings')).source).not.toBe('staff');

    await page.getByRole('button', { name: '启用这些门槛' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '启用这些门槛' }).click();
    await page.getByText('门槛已启用，正在重新分组').waitFor();
    const settings = await read('/v1/rfm/settings');
    expect(settings.source).toBe('staff');
    const regrouped = async () =>
      new Date((await read('/v1/rfm')).refreshed_at) >= new Date(settings.created_at);
    await expect.poll(regrouped, { timeout: patience }).toBe(true);

    await page.goto('/rfm?tab=lifecycle');
    await page.getByRole('button', { name: /^新客 → 活跃/ }).click();
    await page.getByRole('row', { name: /打开/ }).first().waitFor();
    await shot(page, 'moves between stages');
    await page.getByRole('button', { name: '存为客群' }).click();
    await expect
      .poll(() => page.getByRole('textbox', { name: '一句话' }).inputValue(), { timeout: patience })
      .toBe('最近90天内有原阶段「新客」、新阶段「活跃」的阶段变动');
    await shot(page, 'segment of a move');
    await page.getByRole('button', { name: '保存客群' }).click();
    await page.getByRole('heading', { name: '90 天内从新客到活跃' }).waitFor();

    await page.goto('/rfm');
    await page.getByRole('button', { name: /^R5 F5/ }).click();
    const total = await page.getByText(/^共 [\d,]+ 人$/).innerText();
    await page.getByRole('button', { name: '存为客群' }).click();
    await page.getByRole('textbox', { name: '一句话' }).waitFor();
    await page.getByText(total.replace('共 ', ''), { exact: true }).waitFor();
    await page.getByRole('button', { name: '保存客群' }).click();
    await page.getByRole('heading', { name: /^R5 · F5/ }).waitFor();
    expectNoComplaints(page);
  },
  2 * patience,
);

test.each(['zh-CN', 'en-US'] as const)(
  'the pages of segments fit a phone (%s)',
  async (language) => {
    const { page } = await signedIn('owner', { width: 390, mode: 'dark', language });
    for (const path of ['/segments', '/segments/new', '/segments?view=presets']) {
      await page.goto(path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForTimeout(500);
      await shot(page, `segments ${path.split('/').at(-1)} phone ${language}`);
    }
    expectNoComplaints(page);
  },
  2 * patience,
);

test(
  'a preset becomes a segment once, and its rule can be had back',
  async () => {
    const { page, read } = await signedIn('owner');
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.goto('/segments?view=presets');
    const gallery = page.getByRole('list', { name: '现成的客群' });
    const vip = gallery.getByRole('listitem').filter({ hasText: /^VIP/ });
    await vip.getByText(/^[\d,]+ ?人$/).waitFor();
    expect(asked.filter((path) => path === '/v1/segments/preview')).toEqual([]);
    await shot(page, 'presets');

    await vip.getByRole('link').click();
    await page.getByRole('spinbutton', { name: '数值' }).first().fill('3');
    await page.getByRole('button', { name: '保存客群' }).click();
    await page.waitForURL(/segments\/seg_/);
    await page.goto('/segments?view=presets');
    await vip.getByText('条件与预设不同').waitFor();
    await shot(page, 'presets made');
    await vip.getByRole('link').first().click();
    await page.getByText('已经用这个预设建过').waitFor();
    await shot(page, 'preset made before');

    await page.goto('/segments?view=presets');
    await vip.getByRole('button', { name: '改回预设' }).click();
    await page.getByRole('dialog', { name: '把「VIP」的条件改回预设？' }).waitFor();
    await shot(page, 'preset reset');
    await page.getByRole('dialog').getByRole('button', { name: '改回预设' }).click();
    await vip.getByText('已建成客群「VIP」', { exact: true }).waitFor();
    const presets = (await read('/v1/segments/presets')).items as { code: string; rule: unknown }[];
    const made = (await read('/v1/segments')).items.filter(
      (row: { preset?: string }) => row.preset === 'vip',
    );
    expect(made).toHaveLength(1);
    expect(made[0].rule).toEqual(presets.find(({ code }) => code === 'vip')?.rule);
    expectNoComplaints(page);
  },
  2 * patience,
);

test(
  'a trade pack is switched on, gives a segment, and is switched off and on without loss',
  async () => {
    const { page } = await signedIn('owner');
    await page.goto('/packs');
    const coffee = page.getByRole('switch', { name: '使用咖啡行业包' });
    await coffee.click();
    await page.getByText('咖啡行业包已打开').waitFor();
    await shot(page, 'packs');
    await page.getByRole('link', { name: '喝燕麦奶或无乳糖' }).click();
    await page.getByRole('button', { name: '保存客群' }).click();
    await page.waitForURL(/segments\/seg_/);
    const segment = page.url();
    await page.goto('/packs');
    await coffee.click();
    await page.getByText('1 个客群用到这些资料：喝燕麦奶或无乳糖。').waitFor();
    await page.getByRole('button', { name: '关闭行业包' }).click();
    await page.getByText('咖啡行业包已关闭').waitFor();
    await page.goto(segment);
    const off = page.getByText('条件里的「奶」已停用');
    await off.waitFor();
    await shot(page, 'segment of a pack that is off');
    await page.getByRole('link', { name: '去打开行业包' }).click();
    await coffee.click();
    await page.getByText('咖啡行业包已打开').waitFor();
    await page.goto(segment);
    await page.getByText('「奶」是「燕麦奶」').first().waitFor();
    expect(await off.count()).toBe(0);
  },
  2 * patience,
);
