import { DownloadOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Button, Dropdown } from 'antd';
import { api } from '@/api/client';
import { useCan } from '@/api/session';
import { t } from '@/shared/i18n/t';
import { saveFile } from '@/shared/save';
import type { Period } from './model';

const reports = ['kpis', 'days', 'cohorts', 'repurchase'] as const;
const formats = ['xlsx', 'csv'] as const;
type Wanted = { report: (typeof reports)[number]; format: (typeof formats)[number] };

type Props = { period: Period; cut: { shop_id?: string; channel?: string } };

/** Takes a report along as a file, cut as the page is. */
export function ExportMenu({ period, cut }: Props) {
  const may = useCan('reports.export');
  const fetchFile = useMutation({
    mutationFn: async ({ report, format }: Wanted) => {
      const { data } = await api.GET('/v1/reports/{report}/export', {
        params: { path: { report }, query: { ...period, ...cut, format } },
        parseAs: 'blob',
      });
      saveFile(data as unknown as Blob, `shuke-${report}.${format}`);
    },
  });
  if (!may) return null;
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: reports.map((report) => ({
          key: report,
          label: t(`dashboard.export.${report}`),
          children: formats.map((format) => ({
            key: `${report}.${format}`,
            label: t(`dashboard.export.${format}`),
            onClick: () => fetchFile.mutate({ report, format }),
          })),
        })),
      }}
    >
      <Button icon={<DownloadOutlined aria-hidden />} loading={fetchFile.isPending}>
        {t('common.export')}
      </Button>
    </Dropdown>
  );
}
