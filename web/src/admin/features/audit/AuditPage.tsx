import { DatePicker, Select } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { $api, inPages } from '@/api/client';
import { shopTimeZone } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { DataTable } from '@/shared/ui/DataTable';
import { EmptyState } from '@/shared/ui/EmptyState';
import { FilterBar } from '@/shared/ui/FilterBar';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';
import { useFilters } from '@/shared/useFilters';
import { auditColumns } from './columns';
import { EntryDrawer } from './EntryDrawer';
import { type Entry, families, parseFilters, queryFrom } from './model';
import { usePeople } from './people';
import { actionName } from './words';

export function AuditPage() {
  const { filters, isFiltered, set, clear } = useFilters(parseFilters);
  const [open, setOpen] = useState<Entry>();
  const query = $api.useInfiniteQuery(
    'get',
    '/v1/audit',
    { params: { query: queryFrom(filters, shopTimeZone()) } },
    inPages,
  );
  const entries = query.data?.pages.flatMap((page) => page.items) ?? [];

  return (
    <Page title={t('audit.title')} lead={t('audit.intro')}>
      <FilterBar
        search={{
          value: filters.subject ?? '',
          placeholder: t('audit.subject.search'),
          onChange: (subject) => set({ subject: subject.trim() || undefined }),
        }}
        onClear={isFiltered ? clear : undefined}
      >
        <PersonFilter value={filters.staff_id} onChange={(staff_id) => set({ staff_id })} />
        <Select
          allowClear
          aria-label={t('audit.action')}
          placeholder={t('audit.action.all')}
          value={filters.action ?? null}
          onChange={(action) => set({ action: action ?? undefined })}
          options={[
            ...families.map((family) => ({ value: `${family}.`, label: t(`audit.family.${family}`) })),
            ...(filters.action && !filters.action.endsWith('.')
              ? [{ value: filters.action, label: actionName(filters.action) }]
              : []),
          ]}
          style={{ width: 160 }}
        />
        <DatePicker.RangePicker
          aria-label={t('audit.days')}
          allowEmpty={[true, true]}
          value={[filters.from ? dayjs(filters.from) : null, filters.to ? dayjs(filters.to) : null]}
          onChange={(days) =>
            set({ from: days?.[0]?.format('YYYY-MM-DD'), to: days?.[1]?.format('YYYY-MM-DD') })
          }
          style={{ width: 250 }}
        />
      </FilterBar>
      <Panel flush>
        <DataTable
          label={t('audit.title')}
          columns={auditColumns()}
          rows={entries}
          rowKey={(entry) => String(entry.seq)}
          rowLabel={(entry) => `${actionName(entry.action)}, ${entry.actor}`}
          query={query}
          empty={
            <EmptyState drawing="search">{isFiltered ? t('audit.noneFound') : t('audit.empty')}</EmptyState>
          }
          onOpen={setOpen}
        />
      </Panel>
      <EntryDrawer
        entry={open}
        onClose={() => setOpen(undefined)}
        onFilter={(change) => {
          setOpen(undefined);
          void set(change);
        }}
      />
    </Page>
  );
}

type PersonFilterProps = { value: string | undefined; onChange: (id: string | undefined) => void };

function PersonFilter({ value, onChange }: PersonFilterProps) {
  const options = usePeople().map((person) => ({ value: person.id, label: person.name }));
  return (
    <Select
      allowClear
      aria-label={t('audit.actor')}
      placeholder={t('audit.actor.all')}
      value={value ?? null}
      onChange={(id) => onChange(id ?? undefined)}
      showSearch={{ optionFilterProp: 'label' }}
      options={options}
      style={{ width: 160 }}
    />
  );
}
