import { DownloadOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { $api, inPages } from '@/api/client';
import { t } from '@/shared/i18n/t';
import { type DataColumn, DataTable } from '@/shared/ui/DataTable';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Panel } from '@/shared/ui/Panel';
import type { Fault } from './model';
import { faultText, fieldName } from './words';

/** What is wrong with rows, by line; all of it as a file. */
export function Faults({ id }: { id: string }) {
  const query = $api.useInfiniteQuery(
    'get',
    '/v1/imports/{id}/errors',
    { params: { path: { id } } },
    inPages,
  );
  const rows = (query.data?.pages ?? [])
    .flatMap((page) => page.items ?? [])
    .map((fault, at) => ({ fault, at }));
  const total = query.data?.pages[0]?.total ?? 0;
  return (
    <Panel
      flush
      title={t('imports.faults')}
      note={t('imports.faults.total', { count: total })}
      extra={
        <Button
          icon={<DownloadOutlined aria-hidden />}
          href={`/v1/imports/${id}/errors.csv`}
          download="import-errors.csv"
        >
          {t('imports.faults.download')}
        </Button>
      }
    >
      <DataTable
        label={t('imports.faults')}
        columns={columns()}
        rows={rows}
        rowKey={({ at }) => String(at)}
        query={query}
        empty={<EmptyState>{t('imports.faults.none')}</EmptyState>}
      />
    </Panel>
  );
}

const columns = (): DataColumn<{ fault: Fault }>[] => [
  { key: 'line', title: t('imports.faults.line'), width: 90, render: ({ fault }) => fault.line },
  {
    key: 'field',
    title: t('imports.faults.field'),
    width: 140,
    render: ({ fault }) => (fault.field ? fieldName(fault.field) : '–'),
  },
  { key: 'what', title: t('imports.faults.what'), width: 420, render: ({ fault }) => faultText(fault) },
];
