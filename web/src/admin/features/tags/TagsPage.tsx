import { PlusOutlined } from '@ant-design/icons';
import { useNavigate } from '@tanstack/react-router';
import { Button, Tabs } from 'antd';
import { useState } from 'react';
import { $api } from '@/api/client';
import { useCan } from '@/api/session';
import { count } from '@/shared/format';
import { rich, t } from '@/shared/i18n/t';
import { Page } from '@/shared/ui/Page';
import { oneOf, useFilters } from '@/shared/useFilters';
import { Library } from './Library';
import { parseFilters, type Tag, type TagRule, tabs } from './model';
import { Rules } from './Rules';
import { TagForm } from './TagForm';

/** The words that customers carry: whence, how many, and the rules that give them. */
export function TagsPage() {
  const { filters, set } = useFilters(parseFilters);
  const [creating, setCreating] = useState(false);
  const navigate = useNavigate();
  const mayTag = useCan('tags.manage');
  const mayRule = useCan('segments.manage');
  const tags = $api.useQuery('get', '/v1/tags', { params: { query: { counts: true } } });
  const rules = $api.useQuery('get', '/v1/tag_rules');
  const tab = filters.tab ?? 'tags';
  const newTag = mayTag && (
    <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setCreating(true)}>
      {t('tags.create')}
    </Button>
  );
  const newRule = mayRule && (
    <Button
      type="primary"
      icon={<PlusOutlined aria-hidden />}
      onClick={() => void navigate({ to: '/tags/rules/new' })}
    >
      {t('tags.rule.create')}
    </Button>
  );
  return (
    <Page
      title={t('tags.title')}
      lead={lead(tags.data?.items, rules.data?.items)}
      actions={tab === 'tags' ? newTag : newRule}
    >
      <Tabs
        activeKey={tab}
        onChange={(next) => set({ tab: next === 'tags' ? undefined : oneOf(next, tabs) })}
        items={tabs.map((key) => ({ key, label: t(`tags.tab.${key}`) }))}
        tabBarStyle={{ marginBottom: 0 }}
      />
      {tab === 'tags' ? (
        <Library tags={tags} rules={rules.data?.items ?? []} filters={filters} set={set} create={newTag} />
      ) : (
        <Rules create={newRule} />
      )}
      {creating && <TagForm onClose={() => setCreating(false)} />}
    </Page>
  );
}

function lead(tags: Tag[] | undefined, rules: TagRule[] | undefined) {
  const used = tags?.filter(({ archived }) => !archived).length ?? 0;
  if (!rules || used === 0) return t('tags.lead.short');
  return rich('tags.lead', {
    tags: <b key="tags">{count(used)}</b>,
    rules: <b key="rules">{count(rules.filter(({ active }) => active).length)}</b>,
  });
}
