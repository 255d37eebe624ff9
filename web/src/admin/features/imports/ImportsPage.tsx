import { PlusOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useCan } from '@/api/session';
import { t } from '@/shared/i18n/t';
import { NoPermission } from '@/shared/ui/ErrorState';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';
import { useFilters } from '@/shared/useFilters';
import { ImportList } from './ImportList';
import { ImportView } from './ImportView';
import { type ImportFilters, parseFilters } from './model';
import { UploadStep } from './UploadStep';

export function ImportsPage() {
  const { filters, set } = useFilters(parseFilters);
  const may = useCan('imports.run');
  const go = (to: ImportFilters) => void set({ id: undefined, new: undefined, sample: undefined, ...to });
  const inWizard = filters.id !== undefined || filters.new !== undefined || filters.sample !== undefined;

  const actions = inWizard ? (
    <Button onClick={() => go({})}>{t('imports.all')}</Button>
  ) : (
    may && (
      <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => go({ new: 'orders' })}>
        {t('imports.new')}
      </Button>
    )
  );
  return (
    <Page title={t('imports.title')} lead={t('imports.intro')} actions={actions}>
      {!may ? (
        <Panel>
          <NoPermission />
        </Panel>
      ) : filters.id ? (
        <ImportView
          key={filters.id}
          id={filters.id}
          onOpen={(id) => go({ id })}
          onNew={() => go({ new: 'orders' })}
        />
      ) : inWizard ? (
        <UploadStep
          kind={filters.new ?? 'orders'}
          sample={filters.sample !== undefined}
          onKind={(kind) => go({ new: kind })}
          onUploaded={(id) => go({ id })}
        />
      ) : (
        <ImportList onOpen={(id) => go({ id })} onNew={() => go({ new: 'orders' })} />
      )}
    </Page>
  );
}
