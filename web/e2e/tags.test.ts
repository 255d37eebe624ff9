import { expect, test } from 'vitest';
import { expectNoComplaints, shot } from './browser';
import { withDemo } from './demo';

const patience = 60_000;

const { signedIn } = withDemo(patience);

/** A name as long as a tag can have; it must fit a phone, too. */
const longest = '换季时总在半夜下单'.repeat(5).slice(0, 40);

test(
  'a rule gives its tag, shows on customers with where it is from, and is undone',
  async () => {
    const { page, read } = await signedIn('marketer');
    type Tag = { id: string; name: string; customers: number; sources?: { source: string }[] };
    type Listed = { id: string; name: string };
    const tagged = async (name: string) => {
      const tag = (await read('/v1/tags?counts=true')).items.find((one: Tag) => one.name === name) as Tag;
      const by = (await read('/v1/tag_rules')).items[0]?.tagged as number;
      return { ...tag, byRule: by };
    };

    await page.goto('/tags');
    await page.getByRole('button', { name: /^宝妈：/ }).waitFor();
    await shot(page, 'tags');
    const before = await tagged('宝妈');

    await page.getByRole('tab', { name: '打标规则' }).click();
    await page.getByRole('button', { name: '试试：买过孕妇装 → 宝妈' }).click();
    await expect
      .poll(() => page.getByRole('textbox', { name: '一句话' }).inputValue(), { timeout: patience })
      .toContain('孕妇装');
    await page.getByText('宝妈', { exact: true }).waitFor();
    await page.getByText('抽样看看').waitFor();
    await shot(page, 'tag rule editor');
    await page.getByRole('button', { name: '保存规则' }).click();

    const rule = page.getByRole('region', { name: '“宝妈”的规则' });
    await rule.getByText('使用中').waitFor();
    const given = await tagged('宝妈');
    expect(given.byRule).toBeGreaterThan(0);
    expect(given.customers).toBe(before.customers + given.byRule);
    await shot(page, 'tag rules');

    await page.getByRole('tab', { name: '标签库' }).click();
    await page
      .getByRole('button', { name: new RegExp(`^宝妈：${given.customers} 人.*规则 ${given.byRule} 人`) })
      .click();
    const drawer = page.getByRole('dialog', { name: '宝妈' });
    await drawer.getByRole('row', { name: /打开/ }).first().waitFor();
    await page.waitForTimeout(500);
    await shot(page, 'tag');

    // Whoever has it by the rule says so, and gets it back when it was removed by mistake.
    const members = (await read(`/v1/customers?tag=${given.id}&limit=50`)).items as Listed[];
    const details = await Promise.all(members.map(async ({ id }) => read(`/v1/customers/${id}`)));
    const carrier = details.find(({ tag_details }) =>
      tag_details.some(
        (one: { name: string; source: string }) => one.name === '宝妈' && one.source === 'rule',
      ),
    );
    await page.goto(`/customers/${carrier.id}`);
    await page.getByRole('button', { name: '宝妈', exact: true }).click();
    await page.getByRole('link', { name: /孕妇装/ }).waitFor();
    await page.waitForTimeout(500);
    await shot(page, 'tag of a customer');
    await page.getByRole('button', { name: '移除标签' }).click();
    await page.getByText('已移除“宝妈”').waitFor();
    await page.getByRole('button', { name: '撤销' }).click();
    await page.getByRole('button', { name: '宝妈', exact: true }).waitFor();

    await page.goto('/tags?tab=rules');
    await rule.getByRole('button', { name: '撤销打标' }).click();
    await page.getByText(`它贴给 ${given.byRule} 位顾客的“宝妈”会取下`).waitFor();
    await shot(page, 'tag rule undo');
    await page.getByRole('button', { name: `取下 ${given.byRule} 人的标签` }).click();
    await page.getByText(`已从 ${given.byRule} 位顾客取下“宝妈”`).waitFor();
    await rule.getByText('已停用').waitFor();
    expect((await tagged('宝妈')).customers).toBe(before.customers);
    expectNoComplaints(page);
  },
  3 * patience,
);

test(
  'those who carry a tag become a segment; a clerk looks only',
  async () => {
    const { page, read } = await signedIn('owner');
    await page.goto('/tags');
    await page.getByRole('button', { name: '新建标签' }).click();
    await page.getByRole('textbox', { name: '名称' }).fill(longest);
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByText(`已新建“${longest}”。`).waitFor();
    await page.getByRole('button', { name: `${longest}：0 人` }).click();
    await page.getByRole('button', { name: '归档', exact: true }).click();
    await page.getByRole('button', { name: '撤销' }).click();
    await page.getByText(`已恢复“${longest}”。`).waitFor();
    await page.goto('/tags');
    await page.getByRole('button', { name: /^宝妈：/ }).click();
    await page.getByRole('button', { name: '存为客群' }).click();
    await expect.poll(() => page.getByLabel('名称').inputValue()).toBe('宝妈');
    await expect
      .poll(() => page.getByRole('textbox', { name: '一句话' }).inputValue(), { timeout: patience })
      .toBe('标签包含「宝妈」');

    // A tag that is archived is not offered; the rule that names it shows that it is.
    const tag = async (name: string) =>
      (await read('/v1/tags')).items.find((one: { name: string }) => one.name === name);
    const archived = await tag(longest);
    await page.goto(`/tags?tag=${archived.id}`);
    await page.getByRole('button', { name: '归档', exact: true }).click();
    await page
      .getByText(/已归档/)
      .first()
      .waitFor();
    const rule = { field: 'tag', op: 'any', choices: [archived.id, (await tag('宝妈')).id] };
    await page.goto(`/segments/new?rule=${encodeURIComponent(JSON.stringify(rule))}`);
    await page.getByText(`${longest}（已归档）`).first().waitFor();
    await shot(page, 'segment of an archived tag');
    await page.goto(`/segments/new?rule=${encodeURIComponent(JSON.stringify({ ...rule, choices: [] }))}`);
    await page.getByRole('combobox', { name: '选项' }).click();
    await page.locator('.ant-select-dropdown:visible').getByText('宝妈', { exact: true }).waitFor();
    expect(await page.locator('.ant-select-dropdown:visible').getByText(longest).count()).toBe(0);
    expectNoComplaints(page);

    const { page: clerks } = await signedIn('clerk');
    await clerks.goto('/tags');
    await clerks.getByRole('button', { name: /^宝妈：/ }).click();
    await clerks.getByRole('dialog', { name: '宝妈' }).getByText('来源').first().waitFor();
    expect(await clerks.getByRole('button', { name: '存为客群' }).count()).toBe(0);
    expect(await clerks.getByRole('button', { name: '归档', exact: true }).count()).toBe(0);
    expect(await clerks.getByRole('button', { name: '新建标签' }).count()).toBe(0);
    expectNoComplaints(clerks);
  },
  2 * patience,
);

test.each(['zh-CN', 'en-US'] as const)(
  'the pages of tags fit a phone (%s)',
  async (language) => {
    const { page } = await signedIn('owner', { width: 390, mode: 'dark', language });
    for (const path of ['/tags', '/tags?tab=rules', '/tags/rules/new?example=true']) {
      await page.goto(path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForTimeout(500);
      await shot(page, `tags ${path.replaceAll(/\W+/g, ' ').trim()} phone ${language}`);
    }
    expectNoComplaints(page);
  },
  2 * patience,
);
